"""Packaging of ckanext-merit; CKAN's namespace needs setup.py's declared form."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

setup(
    name="ckanext-merit",
    version="0.1.0",
    description="Recognition for open data on CKAN: quality, awards, datathons",
    long_description=Path(__file__).with_name("README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    python_requires=">=3.10",
    packages=["ckanext", *find_namespace_packages(include=["ckanext.*"])],
    namespace_packages=["ckanext"],
    package_data={
        "ckanext.merit": [
            f"**/*.{ending}"
            for ending in (
                *("html", "yaml", "yml", "css", "js", "svg", "txt", "csv"),
                *("json", "po", "pot", "mo", "ini", "mako", "xml"),
                *("geojson", "kml", "pdf", "xlsx"),
            )
        ]
    },
    install_requires=["ckantoolkit>=0.0.7,<1", "PyYAML>=6,<7", "tzdata"],
    entry_points={
        "ckan.plugins": [
            "merit = ckanext.merit.plugin:MeritPlugin",
            "merit_quality = ckanext.merit.quality.plugin:MeritQualityPlugin",
            "merit_award = ckanext.merit.award.plugin:MeritAwardPlugin",
        ],
        "babel.extractors": ["ckan = ckan.lib.extract:extract_ckan"],
    },
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan.lib.extract:extract_ckan", None),
            ("**/templates/**.txt", "ckan.lib.extract:extract_ckan", None),
            (
                "merit/rules/**.yaml",
                "ckanext.merit.rules.extract:extract",
                None,
            ),
        ]
    },
)
