"""Runs the Conan recipe with stand-ins for Conan's modules: conan.py SOURCE VERSION PACKAGE_FOLDER"""

import fnmatch
import importlib.util
import os
import shutil
import sys
import types

source, version, package_folder = sys.argv[1:]


def copy(_, pattern, src, dst):
    for folder, _, files in os.walk(src):
        for file in files:
            path = os.path.relpath(os.path.join(folder, file), src)
            if fnmatch.fnmatch(path, pattern):
                os.makedirs(os.path.dirname(os.path.join(dst, path)), exist_ok=True)
                shutil.copy(os.path.join(src, path), os.path.join(dst, path))


def load(_, path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def stand_in(name, **members):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)


stand_in("conan", ConanFile=object)
stand_in("conan.tools")
stand_in("conan.tools.build", check_min_cppstd=lambda recipe, standard: None)
stand_in("conan.tools.files", copy=copy, load=load)
stand_in("conan.tools.layout", basic_layout=lambda recipe: None)

sys.dont_write_bytecode = True
path = os.path.join(source, "cmake", "conan", "conanfile.py")
spec = importlib.util.spec_from_file_location("conanfile", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

for folder in (package_folder, package_folder + "-sources"):
    shutil.rmtree(folder, ignore_errors=True)
recipe = module.HardgateConan()
recipe.recipe_folder = os.path.dirname(path)
recipe.export_sources_folder = package_folder + "-sources"
recipe.package_folder = package_folder
recipe.requires = lambda reference, **_: print("requires", reference)
recipe.set_version()
recipe.export_sources()
recipe.layout()
recipe.requirements()
recipe.validate()
recipe.package()

assert recipe.version == version, f"the recipe's version is {recipe.version}, the library's {version}"
assert load(None, os.path.join(package_folder, "licenses", "LICENSE")).startswith(recipe.license + " License")
