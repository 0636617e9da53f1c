"""Imports: modules of the program are executed once, everything else is a name that is not read."""

from __future__ import annotations

from iamgen.analysis import limits
from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, Machine, present
from iamgen.analysis.program import syntax as s
from iamgen.analysis.program.dependencies import STANDARD, is_harmless
from iamgen.analysis.program.modules import Found, Unreadable
from iamgen.analysis.program.parse import Unparsable
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import External, Value
from iamgen.analysis.values.heap import HeapObject, Seq
from iamgen.analysis.values.modules import ModuleInfo
from iamgen.core.location import Location


class Imports(Machine):
    """Import statements and module objects."""

    def absolute_module(self, f: Frame, module: str, level: int) -> str | None:
        if level == 0:
            return module
        info = f.module.data
        parts = info.name.split(".")
        if not info.package:
            parts = parts[:-1]
        up = level - 1
        if up > len(parts) or (not parts and not module):
            return None
        base = parts[: len(parts) - up]
        if not base and not module:
            return None
        return ".".join([*base, module] if module else base)

    def import_name(self, f: Frame, name: str, at: int) -> Value:
        found = self.load_module(f, name, at)
        return (found,) if found is not None else (External(name),)

    def load_module(self, f: Frame, name: str, at: int) -> HeapObject | None:
        """The module object of a dotted name, executed; None when it is not the program's."""
        if name in self.modules:
            return self.modules[name]
        head = name.split(".", maxsplit=1)[0]
        if head in self.library_packages and not self._shadowed(head):
            return None
        if head != self.own_package and self.program.distributions.inert(head):
            return None
        parent: HeapObject | None = None
        if "." in name:
            parent = self.load_module(f, name.rpartition(".")[0], at)
            if parent is None and name.split(".", maxsplit=1)[0] not in self.modules:
                self.missing(f, name, at)
                return None
        found = self.program.find(name)
        if found is None and parent is not None and parent.data.stand_in:
            self.modules[name] = parent  # `lib.area.detail`: the stand-in of `lib.area` has it all
            return parent
        if found is None:
            self.missing(f, name, at)
            return None
        module = self._make(f, found, at)
        if parent is not None:
            self.trail.write(parent, name.rpartition(".")[2], (module,))
            self._commit(0, parent)
        return module

    def _shadowed(self, package: str) -> bool:
        """Whether the program has a module file of a library's name; a folder is taken for an installed copy."""
        found = self.program.find(package)
        return found is not None and not found.package

    def missing(self, f: Frame, name: str, at: int) -> None:
        """Note an import of what is not here, when it could reach AWS."""
        head = name.split(".", maxsplit=1)[0]
        if head in STANDARD or head in self.library_packages or self.harmless(name):
            return
        known = self.modules.get(head)
        if known is not None and known.data.stand_in:
            self.unmodelled(f, name, at)
            return
        if head in self.reported_modules:
            return
        self.reported_modules.add(head)
        inside = self.program.find(head) is not None
        self.gap(
            GapKind.UNREAD_DEPENDENCY,
            self.where(f, at),
            f"the module `{name if inside else head}` is not in the project and may call AWS",
        )

    def unmodelled(self, f: Frame, name: str, at: int) -> None:
        """Note a part of a known library of which iamgen does not know what it sends."""
        if name not in self.reported_modules:
            self.reported_modules.add(name)
            self.gap(GapKind.UNREAD_DEPENDENCY, self.where(f, at), f"what `{name}` sends is not known")

    def harmless(self, path: str) -> bool:
        """Whether a package that is not followed cannot reach AWS by itself."""
        return is_harmless(path) or self.program.distributions.inert(path.split(".", maxsplit=1)[0].removesuffix("()"))

    def _make(self, f: Frame, found: Found, at: int) -> HeapObject:
        info = ModuleInfo(found.name, found.package, stand_in=found.stand_in)
        module = HeapObject("module", found.name, info)
        self.modules[found.name] = module
        if found.package and found.folder is not None and not found.stand_in:
            place = a.text(self.program.relative(found.folder))
            module.cells["__path__"] = self.new_list(f, ("path", found.name), "list", Seq((place,)))
        if found.path is None:
            return module
        info.file = self.program.relative(found.path)
        loaded = self.program.load(found)
        if isinstance(loaded, Unparsable | Unreadable):
            kind = GapKind.UNPARSABLE_FILE if isinstance(loaded, Unparsable) else GapKind.UNREADABLE_FILE
            self.gap(kind, loaded.location, loaded.message)
            info.broken = True
            return module
        info.pragmas = loaded.pragmas
        self.run_module(f, module, loaded)
        return module

    def run_module(self, f: Frame | None, module: HeapObject, syntax: s.Module, *, name: str | None = None) -> None:
        """Execute a module's body. It happens once, whatever the branch that first needs it."""
        if len(self.stack) + self.import_depth > limits.CALL_DEPTH * 2:
            self.gap(GapKind.LIMIT, self.module_place(module), "imports nest too deeply")
            return
        trail = self.trail
        mark = trail.mark()
        context = self.context(0, "module", module.name)
        frame = Frame(module, module, None, context, mark)
        package = module.name if module.data.package else module.name.rpartition(".")[0]
        names = (("__name__", name or module.name), ("__file__", module.data.file), ("__package__", package))
        for key, value in names:
            trail.write(module, key, a.text(value))
        current, raised = self.current, self.raised
        stack = self.stack
        self.current, self.raised, self.stack = frame, [], []
        self.import_depth += 1
        self.running.add(module.name)
        written = trail.written
        trail.written = set(written)
        try:
            if not self.block(frame, syntax.body):
                module.data.stopped = frame.at
        finally:
            self.import_depth -= 1
            self.running.discard(module.name)
            self.current, self.raised, self.stack = current, raised, stack
            trail.written = written
        self._commit(mark, None)

    def _commit(self, mark: int, only: HeapObject | None) -> None:
        """Take writes off the trail, so that no branch takes a module's execution back."""
        if only is None:
            del self.trail.log[mark:]
        elif self.trail.log and self.trail.log[-1][0] is only:
            self.trail.log.pop()

    def module_place(self, module: HeapObject) -> Location:
        """Where a module begins."""
        return Location(module.data.file or module.name, 1, 1)

    def module_attr(self, f: Frame, module: HeapObject, name: str, at: int) -> Value:
        """`module.name`."""
        held = self.trail.read(module, name)
        if held is not None:
            value = present(held)
            if value:
                return tuple(a.spelled(item, name) for item in value)
        info: ModuleInfo = module.data
        inner = f"{info.name}.{name}"
        if inner in self.modules:
            return (self.modules[inner],)
        if info.package and self.program.find(inner) is not None:
            loaded = self.load_module(f, inner, at)
            if loaded is not None:
                return (loaded,)
        dynamic = self.trail.read(module, "__getattr__")
        if dynamic:
            try:
                return self.call(f, present(dynamic), Arguments((a.text(name),)), at)
            except Diverges:
                return ()
        if name == "__dict__":
            return a.unknown("a module's namespace", client=True)
        if info.stand_in:
            return (a.Model("unmodelled", (inner,)),)
        return a.unknown(f"`{info.name}.{name}` is not set by code that is read", client=True)

    def import_from(self, f: Frame, module: str, name: str, at: int) -> Value:
        found = self.load_module(f, module, at)
        if found is None:
            return self.external_import(f, module, name, at)
        held = self.trail.read(found, name)
        if held is not None and present(held):
            return tuple(a.spelled(item, name) for item in present(held))
        info: ModuleInfo = found.data
        inner = f"{info.name}.{name}"
        if inner in self.modules:
            return (self.modules[inner],)
        if info.package and self.program.find(inner) is not None:
            loaded = self.load_module(f, inner, at)
            if loaded is not None:
                return (loaded,)
        settled = not info.broken and not self.trail.read(found, "__getattr__") and found.name not in self.running
        if settled and (info.file or info.package):
            self.missing(f, inner, at)
        return self.module_attr(f, found, name, at)

    def import_star(self, f: Frame, module: str, at: int) -> None:
        from iamgen.analysis.interpreter.expressions import store_name

        found = self.load_module(f, module, at)
        if found is None:
            for name in self.external_names(module):
                store_name(self, f, name, self.external_import(f, module, name, at))
            return
        exported = self.trail.read(found, "__all__")
        names: list[str] | None = None
        for atom in exported or ():
            if isinstance(atom, HeapObject) and atom.kind in ("list", "tuple"):
                keys = [self.keys_of(item) for item in self.seq(atom).items]
                names = [key[0] for key in keys if key]
        if names is None:
            names = [name for name in self.trail.held(found) if not name.startswith(("_", "\0"))]
        for name in names:
            store_name(self, f, name, self.import_from(f, module, name, at))

    def typing_only(self, f: Frame, test: s.Expr) -> bool:
        if isinstance(test, s.Name) and test.id == "TYPE_CHECKING":
            return True
        return isinstance(test, s.Attr) and test.name == "TYPE_CHECKING"

    def read_typing_imports(self, f: Frame, body: tuple[s.Stmt, ...]) -> None:
        names = f.module.data.typing_names
        for statement in body:
            if isinstance(statement, s.ImportFrom):
                base = self.absolute_module(f, statement.module, statement.level)
                for name, alias in statement.names:
                    if base is not None:
                        names[alias or name] = (base, name)
            elif isinstance(statement, s.Import):
                for name, alias in statement.names:
                    names[alias or name.split(".")[0]] = (name if alias else name.split(".")[0], "")
