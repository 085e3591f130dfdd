"""The installation, checked without an account; skipped without Terraform and a local mirror of the AWS provider.

The mirror is the folder of JAMSOS_TERRAFORM_MIRROR, or the usual place on a machine.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2] / "infra/terraform"
MODULES = sorted(path for path in (*ROOT.glob("modules/*"), *ROOT.glob("environments/*")))
PLACES = [
    os.environ.get("JAMSOS_TERRAFORM_MIRROR", ""),
    *map(str, Path("/opt").glob("*")),
    "/usr/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    str(Path.home() / ".terraform.d/plugins"),
]
mirror = next(
    (place for place in PLACES if (Path(place or "-") / "registry.terraform.io/hashicorp/aws").is_dir()), None
)
needs_terraform = pytest.mark.skipif(
    shutil.which("terraform") is None or mirror is None,
    reason="Terraform or a local mirror of its AWS provider is not on this machine",
)


@pytest.fixture(scope="module")
def terraform(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terraform")
    config = folder / "config.tfrc"
    config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
    copy = shutil.copytree(ROOT, folder / "infra", ignore=shutil.ignore_patterns(".terraform*"))

    def run(place, *arguments):
        environment = os.environ | {"TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1"}
        return subprocess.run(
            ["terraform", *arguments], cwd=copy / place, env=environment, capture_output=True, text=True
        )

    return run


def names(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_a_module_has_the_same_files_as_every_other(module):
    assert {"main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md"} <= {p.name for p in module.iterdir()}


def test_both_environments_have_the_same_files():
    staging, production = ({p.name for p in (ROOT / "environments" / e).iterdir()} for e in ("staging", "production"))
    assert staging == production


@needs_terraform
def test_the_files_are_formatted(terraform):
    formatted = terraform(".", "fmt", "-check", "-recursive")
    assert formatted.returncode == 0, formatted.stdout


@needs_terraform
@pytest.mark.parametrize("module", MODULES, ids=names)
def test_a_module_is_valid_and_keeps_its_promises(terraform, module):
    place = names(module)
    for command in (("init", "-backend=false", "-input=false"), ("validate",), ("test",)):
        done = terraform(place, *command, "-no-color")
        assert done.returncode == 0, done.stdout + done.stderr
