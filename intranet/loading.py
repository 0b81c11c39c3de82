"""Finding plugins, checking them against the contract, and mounting their pages, while the app is made."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import cast

import pluggy
from flask import Blueprint, Flask

from intranet import hookspecs
from intranet.contracts import CONTRACT, Permission
from intranet.extensions import Base
from intranet.plugins import Loaded, Plugin, PluginError, call_one, guarded, put_aside

GROUP = "intranet.plugins"
NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = {"core", "plugins", "badges", "search"}
OUTSIDE_UNITS = ("/admin", "/account")
"""What a blueprint may name as its `url_prefix` to stand outside the units."""


# Finding -----------------------------------------------------------------------------------------


def find_plugins() -> dict[str, str]:
    """Name → importable module, from the folders of plugins/ and then from installed entry points.

    Two plugins of one name, or a name that begins with another's, is an error of the site: nobody
    could tell whose tables are whose.
    """
    found: dict[str, str] = {}
    for name, module in [*_folders(), *_installed()]:
        if name in found:
            message = f"两个插件同名：{found[name]} 与 {module}"
            raise PluginError(message)
        found[name] = module
    for name in found:
        if name in RESERVED or any(name.startswith(f"{other}_") for other in {*found, *RESERVED}):
            message = f"插件名 {name} 会与别的插件或系统自己的数据表、页面混淆，请换一个"
            raise PluginError(message)
    return dict(sorted(found.items()))


def _folders() -> Iterator[tuple[str, str]]:
    for module in pkgutil.iter_modules(importlib.import_module("plugins").__path__):
        if module.ispkg:
            yield module.name, f"plugins.{module.name}"


def _installed() -> Iterator[tuple[str, str]]:
    for point in entry_points(group=GROUP):
        yield point.name, point.value


def plugin_folder(module: str) -> Path:
    """Where a plugin lives, without importing it: a broken plugin still has its tables."""
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        message = f"{module} 不是一个文件夹"
        raise PluginError(message)
    return Path(spec.submodule_search_locations[0])


# Loading -----------------------------------------------------------------------------------------


def init_app(app: Flask) -> None:
    """Loads every plugin the settings allow. What fails is put aside with its reason."""
    manager = pluggy.PluginManager("intranet")
    manager.add_hookspecs(hookspecs)
    state = Loaded(manager)
    app.extensions["intranet.plugins"] = state
    app.extensions["intranet.owners"] = {}
    for name, module in _wanted(app).items():
        guarded(state, name, "import", partial(_load, state, name, module))
    _offer_specs(state)
    _refuse_unknown_hooks(state)


def _wanted(app: Flask) -> dict[str, str]:
    if app.config["SAFE_MODE"]:
        return {}
    found, chosen = find_plugins(), app.config["PLUGINS"]
    if missing := sorted(set(chosen) - set(found)):
        message = f"设置 PLUGINS 里的插件不存在：{'、'.join(missing)}"
        raise PluginError(message)
    return {name: found[name] for name in chosen} if chosen else found


def _load(state: Loaded, name: str, module_name: str) -> None:
    state.wanted[name] = plugin_folder(module_name)
    tables_before = set(Base.metadata.tables)
    module = importlib.import_module(module_name)
    _check_header(name, module)
    hooks = _import_parts(module_name)
    _check_tables(name, set(Base.metadata.tables) - tables_before)
    state.manager.register(hooks, name=name)
    callers = state.manager.get_hookcallers(hooks) or []
    names = tuple(sorted(caller.name for caller in callers))
    for_site = getattr(module, "FOR_SITE", False)
    words = module.TITLE, module.PURPOSE, state.wanted[name]
    state.working[name] = Plugin(name, module, *words, hooks=names, for_site=for_site)


def _check_header(name: str, module: ModuleType) -> None:
    for wanted in ("TITLE", "PURPOSE", "REQUIRES_CORE"):
        if not hasattr(module, wanted):
            message = f"__init__.py 缺少 {wanted}"
            raise PluginError(message)
    if not NAME.fullmatch(name):
        message = "插件名只能用小写字母、数字和下划线"
        raise PluginError(message)
    if module.REQUIRES_CORE != CONTRACT:
        message = f"插件按接口第 {module.REQUIRES_CORE} 版编写，本系统是第 {CONTRACT} 版"
        raise PluginError(message)


def _import_parts(module_name: str) -> ModuleType:
    """Models by convention, so that their tables are known even to a plugin without any hook for them."""
    if find_spec(f"{module_name}.models"):
        importlib.import_module(f"{module_name}.models")
    return importlib.import_module(f"{module_name}.hooks")


def _check_tables(name: str, tables: Iterable[str]) -> None:
    strange = [table for table in tables if not table.startswith(f"{name}_")]
    if strange:
        message = f"数据表名应以 {name}_ 开头：{'、'.join(strange)}"
        raise PluginError(message)


def _offer_specs(state: Loaded) -> None:
    for name in list(state.working):
        hook = "intranet_specs"
        for module in guarded(state, name, hook, partial(call_one, state, name, hook)) or []:
            guarded(state, name, hook, partial(state.manager.add_hookspecs, module))


def _refuse_unknown_hooks(state: Loaded) -> None:
    """A misspelt hook would silently never be called."""
    known = {name for name in vars(state.manager.hook) if not name.startswith("_")}
    for name, plugin in list(state.working.items()):
        for hook in sorted(known & set(plugin.hooks)):
            caller = getattr(state.manager.hook, hook)
            strange = [
                impl
                for impl in caller.get_hookimpls()
                if impl.plugin_name == name and not caller.has_spec() and not impl.optionalhook
            ]
            if strange:
                error = PluginError(f"没有名为 {hook} 的接口")
                put_aside(state, name, "hooks", error)
                break


# Mounting ------------------------------------------------------------------------------------------


def mount(app: Flask) -> None:
    """Registers pages and permissions of the plugins. After this every route has its owner."""
    state = cast("Loaded", app.extensions["intranet.plugins"])
    with app.app_context():
        for name in list(state.working):
            guarded(state, name, "intranet_start", partial(call_one, state, name, "intranet_start", app=app))
        for name in list(state.working):
            guarded(state, name, "intranet_permissions", partial(_declare, app, state, name))
        for name in list(state.working):
            guarded(state, name, "intranet_blueprints", partial(_mount_one, app, state, name))


def _declare(app: Flask, state: Loaded, name: str) -> None:
    permissions: dict[str, Permission] = app.extensions["intranet.permissions"]
    for permission in call_one(state, name, "intranet_permissions"):
        if not permission.name.startswith(f"{name}:"):
            message = f"权限名应以 {name}: 开头：{permission.name}"
            raise PluginError(message)
        permissions[permission.name] = permission


def _mount_one(app: Flask, state: Loaded, name: str) -> None:
    for blueprint in call_one(state, name, "intranet_blueprints", app=app):
        if blueprint.name != name and not blueprint.name.startswith(f"{name}_"):
            message = f"蓝图名应为 {name} 或以 {name}_ 开头：{blueprint.name}"
            raise PluginError(message)
        app.extensions["intranet.owners"][blueprint.name] = name
        app.register_blueprint(blueprint, url_prefix=_prefix(blueprint, name))


def _prefix(blueprint: Blueprint, name: str) -> str:
    """Where the pages stand: in every unit, or once beside the core's own."""
    if blueprint.url_prefix is None:
        return f"/<unit:unit>/{name}"
    if blueprint.url_prefix not in OUTSIDE_UNITS:
        message = f"蓝图的 url_prefix 只能是 {'、'.join(OUTSIDE_UNITS)}：{blueprint.url_prefix}"
        raise PluginError(message)
    return f"{blueprint.url_prefix}/{name}"
