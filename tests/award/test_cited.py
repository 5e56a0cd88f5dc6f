"""What evidence refers to, as its readers are told."""

from __future__ import annotations

from ckan.tests import factories, helpers

from ckanext.merit.model.cited import find


def test_what_became_private_is_not_named(clean_db: None) -> None:
    """Neither the dataset's title nor the name of its resource."""
    owner = factories.Organization()["id"]
    dataset = factories.Dataset(owner_org=owner, resources=[{"name": "a", "url": "b"}])
    keys = (("dataset", dataset["id"]), ("resource", dataset["resources"][0]["id"]))
    named = [found and found.title for found in (find(*key) for key in keys)]
    assert named == [dataset["title"]] * 2
    helpers.call_action("package_patch", id=dataset["id"], private=True)
    assert [find(*key) for key in keys] == [None, None]
