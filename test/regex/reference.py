# Compiles and replaces with GRegex; prints the result or the error of each case.
import ctypes, json, sys

glib = ctypes.CDLL('libglib-2.0.so.0')
P, S = ctypes.c_void_p, ctypes.c_char_p


class GError(ctypes.Structure):
    _fields_ = [('domain', ctypes.c_uint32), ('code', ctypes.c_int), ('message', S)]


ERR = ctypes.POINTER(GError)
glib.g_regex_new.restype = P
glib.g_regex_new.argtypes = [S, ctypes.c_int, ctypes.c_int, ctypes.POINTER(ERR)]
glib.g_regex_replace.restype = P
glib.g_regex_replace.argtypes = [P, S, ctypes.c_ssize_t, ctypes.c_int, S, ctypes.c_int, ctypes.POINTER(ERR)]
glib.g_regex_unref.argtypes = [P]
glib.g_free.argtypes = [P]


def run(pattern, replacement, subject):
    error = ERR()
    regex = glib.g_regex_new(pattern.encode(), 0, 0, ctypes.byref(error))
    if not regex:
        return {'error': error.contents.message.decode()}
    result = glib.g_regex_replace(regex, subject.encode(), -1, 0, replacement.encode(), 0, ctypes.byref(error))
    glib.g_regex_unref(regex)
    if not result:
        return {'error': error.contents.message.decode()}
    text = ctypes.string_at(result).decode()
    glib.g_free(result)
    return {'value': text}


json.dump([run(*case) for case in json.load(sys.stdin)], sys.stdout)
