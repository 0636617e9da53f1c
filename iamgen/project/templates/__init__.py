"""What CloudFormation-like templates have in common.

A file is read into plain data that knows its lines (`documents`, `yaml_source`, `json_source`),
references and functions are resolved into texts with symbol holes and alternatives (`values`,
`intrinsics`), and what a reference stands for has one canonical form (`attributes`).
"""
