"""What every source promises about what runs can be made of."""

import pytest

from dashboard.domain.errors import Missing, Unreachable, Unsupported
from tests.contract.stages import on_stages


def asked(source, dataset_id):
    return [
        source.list_datasets,
        lambda: source.read_dataset(dataset_id),
        lambda: source.list_tasks(dataset_id),
        source.list_templates,
    ]


@on_stages(unable="catalogue")
def test_without_a_catalogue_the_reason_is_given(source):
    for ask in asked(source, "any"):
        with pytest.raises(Unsupported) as raised:
            ask()
        assert raised.value.sentence == source.capabilities.why_not["catalogue"]


@on_stages(able="catalogue")
def test_every_listed_data_set_can_be_read_by_its_id(source, stage):
    listed = source.list_datasets()
    assert listed.problems == ()
    assert stage.dataset_uri in {dataset.uri for dataset in listed.items}
    for dataset in listed.items:
        assert dataset.name
        assert source.read_dataset(dataset.external_id) == dataset


@on_stages(able="catalogue")
def test_every_data_set_has_tasks_each_once(source):
    for dataset in source.list_datasets().items:
        slugs = [task.slug for task in source.list_tasks(dataset.external_id).items]
        assert all(slugs)
        assert len(slugs) == len(set(slugs)) > 0


@on_stages(able="catalogue")
def test_templates_have_ids_each_once(source, stage):
    ids = [template.external_id for template in source.list_templates().items]
    assert stage.template_id in ids
    assert len(ids) == len(set(ids))


@on_stages(able="catalogue")
@pytest.mark.parametrize("stranger", ["", ".", "..", "no such set", "a/b", "\0", "\udc80", "x" * 5_000], ids=ascii)
def test_a_data_set_that_is_not_there_is_missing(source, stranger):
    for ask in (source.read_dataset, source.list_tasks):
        with pytest.raises(Missing):
            ask(stranger)


@on_stages(able="catalogue")
def test_of_a_place_that_is_lost_nothing_is_known(source, stage):
    stage.lose()
    for ask in asked(source, stage.dataset_id):
        with pytest.raises(Unreachable):
            ask()
