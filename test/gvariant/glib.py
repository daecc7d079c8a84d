# Answers with GLib itself what the library's GVariant code is compared with. Runs inside the reference's root.
# Input: {"values": [[type, hex]], "texts": [[hex, type or null]], "keys": [[["+"|"-", key], ...]], "printable": bool}
import ctypes
import json
import sys

glib = ctypes.CDLL("libglib-2.0.so.0")
pointer, size_t, char_p = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p


def function(name, result, *arguments):
    found = getattr(glib, name)
    found.restype, found.argtypes = result, arguments
    return found


class GError(ctypes.Structure):
    _fields_ = [("domain", ctypes.c_uint32), ("code", ctypes.c_int), ("message", char_p)]


type_new = function("g_variant_type_new", pointer, char_p)
bytes_new = function("g_bytes_new", pointer, char_p, size_t)
from_bytes = function("g_variant_new_from_bytes", pointer, pointer, pointer, ctypes.c_int)
ref_sink = function("g_variant_ref_sink", pointer, pointer)
unref = function("g_variant_unref", None, pointer)
is_normal = function("g_variant_is_normal_form", ctypes.c_int, pointer)
normal_form = function("g_variant_get_normal_form", pointer, pointer)
swap = function("g_variant_byteswap", pointer, pointer)
get_size = function("g_variant_get_size", size_t, pointer)
get_data = function("g_variant_get_data", pointer, pointer)
type_string = function("g_variant_get_type_string", char_p, pointer)
print_text = function("g_variant_print", pointer, pointer, ctypes.c_int)
parse = function("g_variant_parse", pointer, pointer, char_p, pointer, pointer, pointer)
free = function("g_free", None, pointer)
error_free = function("g_error_free", None, pointer)
dict_new = function("g_variant_dict_new", pointer, pointer)
dict_insert = function("g_variant_dict_insert_value", None, pointer, char_p, pointer)
dict_remove = function("g_variant_dict_remove", ctypes.c_int, pointer, char_p)
dict_end = function("g_variant_dict_end", pointer, pointer)
dict_unref = function("g_variant_dict_unref", None, pointer)
new_byte = function("g_variant_new_byte", pointer, ctypes.c_ubyte)
is_print = function("g_unichar_isprint", ctypes.c_int, ctypes.c_uint32)


def data_of(value):
    size = get_size(value)
    return ctypes.string_at(get_data(value), size).hex() if size else ""


def text_of(value, annotate):
    text = print_text(value, annotate)
    try:
        return ctypes.string_at(text).decode("utf-8")
    finally:
        free(text)


def taken(value, describe):
    result = describe(value)
    unref(value)
    return result


def describe_bytes(signature, data):
    raw = bytes.fromhex(data)
    value_type = type_new(signature.encode())
    # Each question gets its own value: GLib remembers what it found out.
    def fresh():
        return ref_sink(from_bytes(value_type, bytes_new(raw, len(raw)), 0))

    return {
        "normal": taken(fresh(), lambda value: bool(is_normal(value))),
        "plain": taken(fresh(), lambda value: text_of(value, 0)),
        "annotated": taken(fresh(), lambda value: text_of(value, 1)),
        "normalized": taken(fresh(), lambda value: taken(normal_form(value), data_of)),
        "swapped": taken(fresh(), lambda value: taken(swap(value), data_of)),
    }


def parse_text(text, signature):
    error = pointer()
    value_type = type_new(signature.encode()) if signature is not None else None
    value = parse(value_type, bytes.fromhex(text), None, None, ctypes.byref(error))
    if value:
        return taken(value, lambda value: {"type": type_string(value).decode(), "data": data_of(value)})
    if not error.value:
        return {"error": None}  # GLib only logged a complaint
    message = ctypes.cast(error, ctypes.POINTER(GError)).contents.message.decode("utf-8", "replace")
    error_free(error)
    return {"error": message}


def dict_order(steps):
    table = dict_new(None)
    for action, key in steps:
        if action == "+":
            dict_insert(table, key.encode(), new_byte(0))
        else:
            dict_remove(table, key.encode())
    value = ref_sink(dict_end(table))
    dict_unref(table)
    return taken(value, data_of)


def printable_runs():
    ends, printable = [], False
    for code in range(0x110000):
        if bool(is_print(code)) != printable:
            ends.append(code)
            printable = not printable
    return ends


request = json.load(sys.stdin)
json.dump(
    {
        "values": [describe_bytes(*value) for value in request.get("values", [])],
        "texts": [parse_text(*text) for text in request.get("texts", [])],
        "keys": [dict_order(steps) for steps in request.get("keys", [])],
        "printable": printable_runs() if request.get("printable") else [],
    },
    sys.stdout,
)
