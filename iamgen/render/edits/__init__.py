"""Changes to a project's own files: a policy is put where the template has one, and all else stays byte for byte.

`source` finds values in a YAML or JSON text and replaces them there, `layout` writes new ones in the file's own
form, `places` says where a unit's policy belongs, `users` who else has the role, and `cycles` what a policy must
not refer to. Nothing here reads or writes a file.
"""
