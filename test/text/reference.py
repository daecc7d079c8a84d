# What g_format_size makes of each size.
import ctypes, json, sys

glib = ctypes.CDLL('libglib-2.0.so.0')
glib.g_format_size.restype = ctypes.c_char_p
glib.g_format_size.argtypes = [ctypes.c_uint64]
json.dump([glib.g_format_size(int(size)).decode() for size in json.load(sys.stdin)], sys.stdout)
