# What libarchive makes of archives: takes a JSON list of them (base64), prints a JSON list. Run with the reference's
# own Python and libarchive; the readers in src/tar are compared with it. It reads entries as the reference's import
# does: OK and WARN go on, anything else ends with the error string.
import base64, ctypes, hashlib, json, locale, sys

locale.setlocale(locale.LC_ALL, "")
la = ctypes.CDLL("libarchive.so.13")
P = ctypes.c_void_p
for name, restype, argtypes in [
    ("archive_read_new", P, []),
    ("archive_read_support_filter_all", ctypes.c_int, [P]),
    ("archive_read_support_format_all", ctypes.c_int, [P]),
    ("archive_read_open_memory", ctypes.c_int, [P, ctypes.c_char_p, ctypes.c_size_t]),
    ("archive_read_next_header", ctypes.c_int, [P, ctypes.POINTER(P)]),
    ("archive_read_data", ctypes.c_ssize_t, [P, ctypes.c_char_p, ctypes.c_size_t]),
    ("archive_read_free", ctypes.c_int, [P]),
    ("archive_error_string", ctypes.c_char_p, [P]),
    ("archive_entry_pathname", ctypes.c_char_p, [P]),
    ("archive_entry_pathname_utf8", ctypes.c_char_p, [P]),
    ("archive_entry_symlink", ctypes.c_char_p, [P]),
    ("archive_entry_symlink_utf8", ctypes.c_char_p, [P]),
    ("archive_entry_hardlink", ctypes.c_char_p, [P]),
    ("archive_entry_mode", ctypes.c_uint, [P]),
    ("archive_entry_uid", ctypes.c_int64, [P]),
    ("archive_entry_gid", ctypes.c_int64, [P]),
    ("archive_entry_size", ctypes.c_int64, [P]),
    ("archive_entry_mtime", ctypes.c_int64, [P]),
    ("archive_entry_rdevmajor", ctypes.c_uint64, [P]),
    ("archive_entry_rdevminor", ctypes.c_uint64, [P]),
    ("archive_entry_xattr_reset", ctypes.c_int, [P]),
    ("archive_entry_xattr_next", ctypes.c_int,
     [P, ctypes.POINTER(ctypes.c_char_p), ctypes.POINTER(P), ctypes.POINTER(ctypes.c_size_t)]),
]:
    f = getattr(la, name)
    f.restype, f.argtypes = restype, argtypes


def text(raw):
    """Bytes as a list of Latin-1 characters, so that JSON carries them unchanged."""
    return None if raw is None else raw.decode("latin-1")


def xattrs(entry):
    la.archive_entry_xattr_reset(entry)
    name, value, size, found = ctypes.c_char_p(), P(), ctypes.c_size_t(), []
    while la.archive_entry_xattr_next(entry, ctypes.byref(name), ctypes.byref(value), ctypes.byref(size)) == 0:
        found.append([text(name.value), text(ctypes.string_at(value, size.value)) if size.value else ""])
    return found


def content(archive):
    hasher, count = hashlib.sha256(), 0
    buffer = ctypes.create_string_buffer(65536)
    while True:
        got = la.archive_read_data(archive, buffer, 65536)
        if got < 0:
            return {"error": text(la.archive_error_string(archive))}
        if got == 0:
            return {"bytes": count, "sha256": hasher.hexdigest()}
        count += got
        hasher.update(buffer.raw[:got])
        if count > (1 << 27):
            return {"bytes": "many"}


def first_invalid(item):
    """What the import says of names that are not UTF-8."""
    for key, what in (("path", "pathname"), ("symlink", "symlink target"), ("hardlink", "hardlink target")):
        try:
            (item[key] or "").encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return "Archive entry %s is not valid UTF-8" % what
    return None


def read(blob):
    archive = la.archive_read_new()
    la.archive_read_support_filter_all(archive)
    la.archive_read_support_format_all(archive)
    entries, error = [], None
    if la.archive_read_open_memory(archive, blob, len(blob)) != 0:
        error = text(la.archive_error_string(archive)) or "(null)"
        la.archive_read_free(archive)
        return {"open": error}
    while True:
        entry = P()
        status = la.archive_read_next_header(archive, ctypes.byref(entry))
        if status == 1:
            break
        if status not in (0, -20):
            error = text(la.archive_error_string(archive)) or "(null)"
            break
        mode = la.archive_entry_mode(entry)
        device = mode & 0o170000 in (0o020000, 0o060000)
        item = {
            "path": text(la.archive_entry_pathname_utf8(entry) or la.archive_entry_pathname(entry)),
            "symlink": text(la.archive_entry_symlink_utf8(entry) or la.archive_entry_symlink(entry)),
            "hardlink": text(la.archive_entry_hardlink(entry)),
            "mode": mode,
            "uid": la.archive_entry_uid(entry) & 0xFFFFFFFF,
            "gid": la.archive_entry_gid(entry) & 0xFFFFFFFF,
            "size": str(la.archive_entry_size(entry)),
            "mtime": str(la.archive_entry_mtime(entry)),
            "device": [la.archive_entry_rdevmajor(entry), la.archive_entry_rdevminor(entry)] if device else [0, 0],
            "xattrs": xattrs(entry),
        }
        # As the import does: only files are read, and hard links only when they have a size.
        if mode & 0o170000 == 0o100000 and (item["hardlink"] is None or item["size"] != "0"):
            item["content"] = content(archive)
        invalid = first_invalid(item)
        if invalid is not None:
            error = invalid
            break
        entries.append(item)
        if "error" in item.get("content", {}):
            break
    la.archive_read_free(archive)
    return {"entries": entries, "error": error}


print(json.dumps([read(base64.b64decode(blob)) for blob in json.load(sys.stdin)]))
