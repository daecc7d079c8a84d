# Formats moments with GLib in the time zone that the environment names.
import ctypes, json, sys

glib = ctypes.CDLL('libglib-2.0.so.0')
P = ctypes.c_void_p
for name, arguments in [('new_from_unix_utc', [ctypes.c_int64]), ('to_local', [P]), ('format', [P, ctypes.c_char_p])]:
    function = getattr(glib, 'g_date_time_' + name)
    function.restype, function.argtypes = P, arguments


def text(moment, form):
    return None if not moment else ctypes.string_at(glib.g_date_time_format(moment, form)).decode()


def run(seconds):
    utc = glib.g_date_time_new_from_unix_utc(int(seconds))
    local = glib.g_date_time_to_local(utc) if utc else None
    return [text(utc, b'%Y-%m-%d %H:%M:%S +0000'), text(utc, b'%FT%TZ'), text(local, b'%FT%T%:::z'), text(local, b'%c')]


json.dump([run(seconds) for seconds in json.load(sys.stdin)], sys.stdout)
