# Opens generated policies with libselinux and looks paths up; prints the contexts, or the errno's number.
import base64, ctypes, errno, json, os, shutil, sys, tempfile

selinux = ctypes.CDLL('libselinux.so.1', use_errno=True)
LABEL_FILE, OPT_PATH, CALLBACK_LOG = 0, 3, 0
LOG = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_char_p)


class Option(ctypes.Structure):
    _fields_ = [('type', ctypes.c_int), ('value', ctypes.c_char_p)]


selinux.selabel_open.restype = ctypes.c_void_p
selinux.selabel_open.argtypes = [ctypes.c_uint, ctypes.POINTER(Option), ctypes.c_uint]
selinux.selabel_close.argtypes = [ctypes.c_void_p]
selinux.selabel_lookup_raw.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), ctypes.c_char_p, ctypes.c_int]
selinux.freecon.argtypes = [ctypes.c_void_p]
quiet = LOG(lambda kind, text: 0)
selinux.selinux_set_callback(CALLBACK_LOG, quiet)


def lookup(handle, path, mode):
    context = ctypes.c_void_p()
    if selinux.selabel_lookup_raw(handle, ctypes.byref(context), path, mode) != 0:
        number = ctypes.get_errno()
        return None if number == errno.ENOENT else number
    text = ctypes.string_at(context).decode('latin-1')
    selinux.freecon(context)
    return text


def run(case):
    folder = tempfile.mkdtemp()
    try:
        for name, text in case['files'].items():
            with open(os.path.join(folder, name), 'wb') as file:
                file.write(base64.b64decode(text))
        option = Option(OPT_PATH, os.path.join(folder, 'file_contexts').encode())
        handle = selinux.selabel_open(LABEL_FILE, ctypes.byref(option), 1)
        if not handle:
            return {'error': ctypes.get_errno()}
        try:
            return {'labels': [lookup(handle, base64.b64decode(path), mode) for path, mode in case['paths']]}
        finally:
            selinux.selabel_close(handle)
    finally:
        shutil.rmtree(folder)


json.dump([run(case) for case in json.load(sys.stdin)], sys.stdout)
