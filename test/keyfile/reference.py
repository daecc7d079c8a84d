# Does to GLib's GKeyFile what the test does to ours, and prints what came out (bytes in base64).
import base64, ctypes, json, sys

glib = ctypes.CDLL('libglib-2.0.so.0')
P, S, Z = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t


class GError(ctypes.Structure):
    _fields_ = [('domain', ctypes.c_uint32), ('code', ctypes.c_int), ('message', S)]


ERR = ctypes.POINTER(ctypes.POINTER(GError))


def function(name, result, *arguments):
    f = getattr(glib, 'g_key_file_' + name)
    f.restype, f.argtypes = result, arguments
    return f


new = function('new', P)
load = function('load_from_data', ctypes.c_int, P, P, Z, ctypes.c_int, ERR)
to_data = function('to_data', P, P, ctypes.POINTER(Z), ERR)
get_groups = function('get_groups', P, P, ctypes.POINTER(Z))
get_keys = function('get_keys', P, P, S, ctypes.POINTER(Z), ERR)
get_list = function('get_string_list', P, P, S, S, ctypes.POINTER(Z), ERR)
set_separator = function('set_list_separator', None, P, ctypes.c_char)
start_group = function('get_start_group', P, P)
GETTERS = {
    'getValue': function('get_value', P, P, S, S, ERR),
    'getString': function('get_string', P, P, S, S, ERR),
    'getBoolean': function('get_boolean', ctypes.c_int, P, S, S, ERR),
    'getInteger': function('get_integer', ctypes.c_int, P, S, S, ERR),
    'getInt64': function('get_int64', ctypes.c_int64, P, S, S, ERR),
    'getUint64': function('get_uint64', ctypes.c_uint64, P, S, S, ERR),
    'hasKey': function('has_key', ctypes.c_int, P, S, S, ERR),
}
SETTERS = {
    'setValue': function('set_value', None, P, S, S, S),
    'setString': function('set_string', None, P, S, S, S),
}
set_list = function('set_string_list', None, P, S, S, ctypes.POINTER(S), Z)
set_boolean = function('set_boolean', None, P, S, S, ctypes.c_int)
set_uint64 = function('set_uint64', None, P, S, S, ctypes.c_uint64)
remove_key = function('remove_key', ctypes.c_int, P, S, S, ERR)
remove_group = function('remove_group', ctypes.c_int, P, S, ERR)
free = function('free', None, P)


def b64(data):
    return base64.b64encode(data).decode()


def strings(pointer):
    out, array, i = [], ctypes.cast(pointer, ctypes.POINTER(S)), 0
    while array[i] is not None:
        out.append(b64(array[i]))
        i += 1
    return out


def text_of(key_file):
    length = Z()
    data = to_data(key_file, ctypes.byref(length), None)
    text = ctypes.string_at(data, length.value)
    glib.g_free(ctypes.c_void_p(data))
    return b64(text)


def guarded(call):
    error = ctypes.POINTER(GError)()
    value = call(ctypes.byref(error))
    if error:
        return {'error': b64(error.contents.message)}
    return {'value': value() if callable(value) else value}


def run(operation, f):
    name, *arguments = operation
    if name == 'setInteger':
        group, key = map(base64.b64decode, arguments[:2])
        return {'value': set_uint64(f, group, key, int(arguments[2][1:]))}
    raw = [base64.b64decode(a) if isinstance(a, str) else a for a in arguments]
    if name in ('getValue', 'getString'):
        return guarded(lambda e: (lambda p: (lambda: b64(ctypes.string_at(p))) if p else None)(GETTERS[name](f, *raw, e)))
    if name in ('getInt64', 'getUint64'):
        return guarded(lambda e: str(GETTERS[name](f, *raw, e)))
    if name in ('getBoolean', 'hasKey'):
        return guarded(lambda e: GETTERS[name](f, *raw, e) != 0)
    if name == 'getInteger':
        return guarded(lambda e: GETTERS[name](f, *raw, e))
    if name == 'getStringList':
        def call(e):
            pointer = get_list(f, *raw, None, e)
            return strings(pointer) if pointer else None
        return guarded(call)
    if name == 'keys':
        def call(e):
            pointer = get_keys(f, raw[0], None, e)
            return strings(pointer) if pointer else None
        return guarded(call)
    if name == 'groups':
        return {'value': strings(get_groups(f, None))}
    if name == 'startGroup':
        pointer = start_group(f)
        return {'value': b64(ctypes.string_at(pointer)) if pointer else None}
    if name in SETTERS:
        return {'value': SETTERS[name](f, *raw)}
    if name == 'setStringList':
        items = [base64.b64decode(i) for i in raw[2]]
        return {'value': set_list(f, raw[0], raw[1], (S * (len(items) + 1))(*items, None), len(items))}
    if name == 'setBoolean':
        return {'value': set_boolean(f, *raw)}
    if name == 'removeKey':
        return guarded(lambda e: None if remove_key(f, *raw, e) else None)
    if name == 'removeGroup':
        return guarded(lambda e: None if remove_group(f, *raw, e) else None)
    if name == 'listSeparator':
        return {'value': set_separator(f, raw[0])}
    raise ValueError(name)


results = []
for case in json.load(sys.stdin):
    f = new()
    data = base64.b64decode(case['data'])
    buffer = ctypes.create_string_buffer(data, len(data) + 1)
    loaded = guarded(lambda e: load(f, buffer, len(data), case['flags'], e) != 0)
    if 'error' in loaded:
        results.append({'load': loaded})
    else:
        before = text_of(f)
        results.append({'load': loaded, 'before': before, 'steps': [run(o, f) for o in case['steps']], 'after': text_of(f)})
    free(f)
json.dump(results, sys.stdout)
