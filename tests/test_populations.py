"""Populations as ONS serves them, by local authority, become those of the 43 forces."""

import pandas as pd
import pytest

from conftest import RAW
from helpers import data
from helpers.ingest import __main__ as ingest
from helpers.ingest import districts, populations

LOOKUP = data.load("districts")
CURRENT = LOOKUP.query("listed == 'lookup'")
WORKBOOK = RAW / "ons" / "mye22final.xlsx"
real = pytest.mark.skipif(
    not RAW.exists(), reason="needs the raw data, which is not in the repository"
)


def people(year, lookup=CURRENT):
    """Districts with the committed people of their forces: all in each force's first district."""
    held = data.load("population_revised").query("mid_year == @year").set_index("force")
    first = ~lookup["force"].duplicated()
    return lookup["force"].map(held["population"]).where(first, 0).astype(int).to_numpy()


def listed(lookup=CURRENT, **columns):
    """A table as in MYE4: code, name, geography and what is given, England and Wales on top."""
    table = lookup[["code", "name"]].assign(geography="Unitary Authority", **columns)
    whole = pd.DataFrame([["K04000001", "ENGLAND AND WALES", "Country"]], columns=table.columns[:3])
    scots = pd.DataFrame([["S12000033", "Aberdeen City", "Council Area"]], columns=whole.columns)
    sums = {column: table[column].sum() for column in columns}
    return pd.concat([whole.assign(**sums), table, scots.assign(**dict.fromkeys(columns, 1))])


def workbook(path, **sheets):
    """Sheets (title, header and rows) as ONS writes them: some lines above the header."""
    engine = "odf" if path.suffix == ".ods" else "openpyxl"
    with pd.ExcelWriter(path, engine=engine) as writer:
        pd.DataFrame([["Mid-Year Population Estimates"]]).to_excel(
            writer, sheet_name="Cover sheet", header=False, index=False
        )
        for name, (title, table) in sheets.items():
            pd.DataFrame([[title], ["Please choose: this met my needs"]]).to_excel(
                writer, sheet_name=name, header=False, index=False
            )
            table.to_excel(writer, sheet_name=name, startrow=7, index=False)
    return path


def summed(path):
    return populations.summed(path, districts.sheets(path), LOOKUP)


def by_year(table):
    return table.groupby("mid_year")["population"].sum().to_dict()


def ingested(folder, kind, path):
    return ingest.main([kind, str(path), "--root", str(folder)])


@pytest.mark.slow
@real
def test_the_publishers_own_workbook_comes_to_the_committed_populations(data_copy, capsys):
    found = summed(WORKBOOK)
    held = data.load("population_revised")
    norfolk = found.query("mid_year == 2022").set_index("force")["population"]
    assert (norfolk["Norfolk"], norfolk["Suffolk"]) == (925_299, 768_555)
    assert by_year(found) == {2011: 56_170_927, 2022: 60_238_038}
    both = held.merge(found, on=["force", "mid_year"])
    assert len(both) == 86 and (both["population_x"] == both["population_y"]).all()
    before = (data_copy / data.FILES["population_revised"]).read_bytes()
    assert ingested(data_copy, "population_revised", WORKBOOK) == 0
    assert (data_copy / data.FILES["population_revised"]).read_bytes() == before
    assert "602 rows, as before" in capsys.readouterr().out


@real
def test_the_lookup_and_the_codes_it_lacks_make_the_committed_table(data_copy):
    lookup = RAW / "ons" / "lad_csp_pfa_lookup_2019-12.csv"
    content = ingest.build("districts", lookup).content
    assert content == (data.ROOT / data.FILES["districts"]).read_bytes()
    assert (
        pd.read_csv(lookup)["LAD19CD"].duplicated().any() and not LOOKUP["code"].duplicated().any()
    )
    (data_copy / data.FILES["districts"]).write_text("damaged")
    assert ingest.build("districts", lookup, data_copy).content == content


def test_every_district_lies_in_one_force_and_changed_ones_are_listed():
    force = LOOKUP.set_index("code")["force"]
    assert force[["E09000001", "E06000060", "E06000062", "E06000064", "E06000066"]].tolist() == [
        "City of London", "Thames Valley", "Northamptonshire", "Cumbria", "Avon and Somerset",
    ]  # fmt: skip
    assert len(CURRENT) == 339 and CURRENT["force"].nunique() == 43


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_years_that_a_workbook_adds_or_revises_are_put_into_the_table(
    data_copy, tmp_path, capsys, suffix
):
    later = people(2022) + (people(2022) > 0) * 100
    revised = people(2020) + (CURRENT["name"] == "Norwich").to_numpy() * 7
    table = listed(**{"Mid-2023": later, "Mid-2020": revised, "Mid-2011": people(2011)})
    ages = listed(**{"Mid-2023": 40.5, "Mid-2011": 39.5})
    women = listed(**{"All ages": people(2022) // 2})
    path = workbook(
        tmp_path / f"mye23{suffix}",
        **{
            "MYE2 - Persons": ("Persons, mid-2023", listed(**{"All ages": later})),
            "MYE2 - Females": ("MYE2: Females by single year of age, mid-2023", women),
            "MYE4": ("Summary for the UK, mid-2011 to mid-2023", table),
            "MYE6": ("Median age of population, mid-2023", ages),
        },
    )
    held = data.load("population_revised", data_copy)
    assert ingested(data_copy, "population_revised", path) == 0
    entry = data.register(data_copy).loc[data.FILES["population_revised"]]
    before = data.register().loc[data.FILES["population_revised"]]
    assert entry["release"] == f"{before['release']} and not stated", "as of any file that adds"
    assert entry["obtained"] == f"Ingested from mye23{suffix}; other rows: {before['obtained']}"
    found = data.load("population_revised", data_copy)
    assert by_year(found) == by_year(held) | {2020: by_year(held)[2020] + 7, 2023: later.sum()}
    releases = found.groupby("mid_year")["release"].unique().map(list)
    assert releases[[2011, 2020, 2021, 2023]].tolist() == [
        ["mid-2020 release"], ["mid-2023 release"], ["mid-2021 release"], ["mid-2023 release"],
    ]  # fmt: skip
    older = workbook(tmp_path / "mye21.xlsx", MYE4=("mid-2021", listed(**{
        "Mid-2021": people(2021), "Mid-2020": people(2020)})))  # fmt: skip
    capsys.readouterr()
    assert ingested(data_copy, "population_revised", older) == 0
    untaken = "  not taken, since what is there is of a later release: Norfolk: 2020\n"
    assert untaken in capsys.readouterr().out
    assert data.load("population_revised", data_copy).equals(found), "an older one revises nothing"


def by_sex_and_age(year, code="ladcode23"):
    """MYEB1 as a CSV: a title line, sexes and ages apart, thousands with commas."""
    whole = people(year)
    parts = [("M", 0, whole // 3), ("M", 1, whole // 5), ("F", 0, whole - whole // 3 - whole // 5)]
    tables = [
        pd.DataFrame({code: CURRENT["code"], "laname23": CURRENT["name"], "country": "E",
                      "sex": sex, "age": age, f"population_{year}": count})
        for sex, age, count in parts
    ]  # fmt: skip
    table = pd.concat(tables)
    return table.assign(**{f"population_{year}": table[f"population_{year}"].map("{:,}".format)})


@pytest.mark.parametrize("title", ["", "MYEB1: Population by sex and age,,,,,\n"])
def test_the_csvs_by_sex_and_age_and_of_density_come_to_the_same(tmp_path, title):
    path = tmp_path / "myeb1.csv"
    path.write_text(title + by_sex_and_age(2022).to_csv(index=False))
    found = summed(path)
    held = data.load("population_revised").query("mid_year == 2022").set_index("force")
    assert found.set_index("force")["population"].to_dict() == held["population"].to_dict()
    density = CURRENT[["code", "name"]].assign(
        **{"Area (sq km)": 1.5, "Estimated Population mid-2022": people(2022),
           "2022 people per sq. km": 30.5})  # fmt: skip
    density.to_csv(tmp_path / "mye5.csv", index=False)
    assert summed(tmp_path / "mye5.csv").equals(found)


def fault(path, kind="population_revised"):
    with pytest.raises(data.DataError) as error:
        ingest.build(kind, path)
    assert len(str(error.value).splitlines()) == 1 and "ALIASES" not in str(error.value)
    assert str(error.value).startswith(str(path))
    return str(error.value).removeprefix(str(path))


def csv(path, table):
    table.to_csv(path, index=False)
    return path


def test_faults_speak_of_the_file(tmp_path):
    table = listed(**{"Mid-2022": people(2022)})
    norwich = (table["name"] == "Norwich").to_numpy()
    new = table.assign(code=table["code"].mask(norwich, "E06000099"))
    said = fault(csv(tmp_path / "a.csv", new))
    assert said.startswith(
        f": row {norwich.argmax() + 2}: district E06000099 (Norwich) stands in no"
    )
    assert "add the district with its force to CHANGED in helpers/ingest/districts.py" in said
    said = fault(csv(tmp_path / "b.csv", table.assign(**{"Mid-2022": table["Mid-2022"] + norwich})))
    assert "districts come to 60,238,039 in mid-2022, England and Wales is 60,238,038" in said
    said = fault(csv(tmp_path / "c.csv", table[~norwich]))
    assert said == ": lacks the district E07000148 (Norwich, Norfolk)"
    said = fault(csv(tmp_path / "d.csv", pd.concat([table, table[norwich]])))
    assert said.endswith("Norwich (E07000148) stands there twice")
    missing = table.assign(**{"Mid-2022": table["Mid-2022"].astype(object).mask(norwich, "[x]")})
    said = fault(csv(tmp_path / "e.csv", missing))
    assert said.endswith("column 'Mid-2022': expected a whole number, found '[x]'")
    said = fault(csv(tmp_path / "f.csv", table.rename(columns={"Mid-2022": "All ages"})))
    assert said == ": row 1: 'All ages' stands under no single mid-year as in mid-2022"
    said = fault(csv(tmp_path / "g.csv", table.rename(columns={"Mid-2022": "people"})))
    assert said.startswith(": is by local authority, but no sheet has a mid-year's people")
    (tmp_path / "h.xls").write_bytes(b"no workbook")
    assert fault(tmp_path / "h.xls").startswith(": cannot be read as a workbook")


def test_sheets_that_differ_are_named(tmp_path):
    tables = {
        name: (
            "mid-2022",
            listed(**{"Mid-2022": people(2022) + n * (CURRENT["name"] == "Norwich")}),
        )
        for n, name in enumerate(["MYE4", "MYE5"])
    }
    said = fault(workbook(tmp_path / "mye.xlsx", **tables))
    assert said == (
        ": Norfolk has 925,300 people in mid-2022 by sheet 'MYE5', 925,299 by sheet 'MYE4'"
    )


def test_a_file_by_local_authority_is_named_where_another_is_expected_and_the_reverse(tmp_path):
    path = csv(tmp_path / "mye4.csv", listed(**{"Mid-2022": people(2022)}))
    assert "is by local authority; needs the lookup" in fault(path, "households_2011")
    assert fault(path, "districts").startswith(": is by local authority; expected ONS's lookup")
    said = "is of the mid-2022 release; the original estimates end with the mid-2015 release"
    assert said in fault(path, "population_original")
    forces = csv(tmp_path / "forces.csv", data.load("population_revised"))
    assert fault(forces, "districts").startswith(": is by force or of another kind; expected ONS's")


def test_a_newer_lookup_keeps_codes_that_it_lacks_and_refuses_a_district_in_two_forces(tmp_path):
    rows = [["E07000148", "Norwich", "Norfolk"], ["E06000098", "East Norfolk", "Norfolk"]]
    table = pd.DataFrame(rows, columns=["LAD28CD", "LAD28NM", "PFA28NM"])
    change = ingest.build("districts", csv(tmp_path / "lookup.csv", table)).change
    found = change.after.set_index("code")
    assert len(found) == len(LOOKUP) + 1 and change.keeps
    assert found.loc["E06000098"].tolist() == ["East Norfolk", "Norfolk", "lookup", "2028"]
    assert found.loc["E07000148", "year"] == "2028" and found.loc["E07000146", "year"] == "2019"
    again = pd.concat([table, table.head(1).assign(PFA28NM="Suffolk")])
    said = fault(csv(tmp_path / "twice.csv", again), "districts")
    assert said == ": row 4: district E07000148 lies in two police force areas or has two names"
