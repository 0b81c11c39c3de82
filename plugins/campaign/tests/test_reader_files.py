"""Real Word, Excel, PDF and text files."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook

from plugins.campaign.reader import Unreadable, read_file

HEADER = ("序号", "时 间", "活动内容", "责任部门")
PDF = Path(__file__).parent / "fragments" / "printed-plan.pdf"


def word(build):
    document = WordDocument()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_table(parent, rows):
    table = parent.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    return table


def excel(build):
    book = Workbook()
    build(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def only(reading):
    (document,) = reading.documents
    return document


def test_a_word_table_keeps_its_merged_cells_and_its_bands():
    def build(document):
        document.add_paragraph("西郊医院2014年安排表")
        table = add_table(
            document,
            [
                HEADER,
                ("", "", "", ""),
                ("1", "2月下旬", "动员会\n传达精神", "党办"),
                ("2", "", "集中学习", "党办、\n各支部"),
                ("3", "", "专题讲座", "同上"),
            ],
        )
        table.cell(1, 0).merge(table.cell(1, 3)).text = "第一环节：学习教育（2月—4月）"
        table.cell(3, 1).merge(table.cell(4, 1)).text = "3月"

    document = only(read_file("安排表.docx", word(build)))

    assert [(p.title, p.time_text) for p in document.phases] == [("第一环节：学习教育", "2月—4月")]
    assert [a.row for a in document.activities] == [1, 2, 3]
    assert [a.time_text for a in document.activities] == ["2月下旬", "3月", "3月"]
    assert document.activities[0].title == "动员会 传达精神"
    assert document.activities[2].units == ("党办", "各支部")


def test_a_table_inside_a_table_is_read():
    def build(document):
        document.add_paragraph("2014年安排")
        outer = document.add_table(rows=1, cols=2)
        outer.cell(0, 0).text = "说明"
        add_table(outer.cell(0, 1), [("时间", "内容", "负责人"), ("5月5日", "义诊", "甲某")])

    (activity,) = only(read_file("a.docx", word(build))).activities

    assert (activity.title, activity.start, activity.units) == ("义诊", date(2014, 5, 5), ("甲某",))


def test_rows_that_word_numbers_by_itself_are_counted():
    def build(document):
        document.add_paragraph("2014年安排")
        add_table(document, [HEADER, ("", "3月", "动员", "党办"), ("", "4月", "座谈", "工会")])

    assert [a.row for a in only(read_file("a.docx", word(build))).activities] == [1, 2]


def test_inserted_text_counts_and_deleted_text_does_not():
    def build(document):
        paragraph = document.add_paragraph("2014年3月5日")
        space = nsdecls("w")
        for xml in (
            f"<w:ins {space}><w:r><w:t>召开动员</w:t></w:r></w:ins>",
            f"<w:del {space}><w:r><w:delText>取消</w:delText></w:r></w:del>",
            f"<w:sdt {space}><w:sdtContent><w:r><w:t>大会</w:t></w:r></w:sdtContent></w:sdt>",
        ):
            paragraph._element.append(parse_xml(xml))

    assert only(read_file("a.docx", word(build))).activities[0].title == "召开动员大会"


def test_an_excel_sheet_is_read_below_its_title_with_date_cells():
    def build(sheet):
        sheet["A1"] = "南湖医院整改推进表"
        sheet.merge_cells("A1:E1")
        sheet["A2"], sheet["E2"] = "单位：南湖医院", "2014年6月"
        sheet.append(("序号", "时间", "内容", "责任部门", "备注"))
        sheet.append((1, datetime(2014, 7, 5), "动员会", "党办", None))  # noqa: DTZ001
        sheet.append((2, "7月中旬", "清查用房", "总务科、基建科", None))
        sheet.append((3, None, "公示", "党办", None))
        sheet.append((4, date(2014, 9, 1), "总结", "院办", "x"))
        sheet.merge_cells("B5:B6")
        sheet["B7"].number_format = 'yyyy"年"m"月"'

    document = only(read_file("b.xlsx", excel(build)))

    assert [(a.row, a.time_text) for a in document.activities] == [
        (1, "2014年7月5日"),
        (2, "7月中旬"),
        (3, "7月中旬"),
        (4, "2014年9月"),
    ]
    assert document.activities[1].units == ("总务科", "基建科")


def test_an_excel_sheet_is_read_to_its_last_row_and_column():
    def build(sheet):
        sheet.append(("时间", "内容", *[None] * 98, "责任部门"))
        sheet.append(("2014年3月", "动员", *[None] * 98, "党办"))
        for column, text in ((1, "2014年9月"), (2, "总结"), (101, "院办")):
            sheet.cell(1_048_576, column, text)

    activities = only(read_file("a.xlsx", excel(build))).activities

    assert [(a.title, a.units) for a in activities] == [("动员", ("党办",)), ("总结", ("院办",))]


def test_a_paragraph_of_very_many_times_says_that_it_was_cut():
    text = "2014年活动方案\n" + "".join(f"3月{day}日召开第{day}次座谈会；" for day in range(1, 31)) * 3

    activities = only(read_file("a.txt", text.encode())).activities

    assert len(activities) == 60
    doubts = [str(doubt) for activity in activities for doubt in activity.doubts]
    assert doubts == ["这一段写了很多时间，只读了前60处，请核对"]


def test_a_printed_pdf_gives_its_table_and_its_phases():
    document = only(read_file("plan.pdf", PDF.read_bytes()))

    assert document.title == "柳溪县人民医院学习实践活动实施方案"
    assert str(document.year_basis) == "文号〔2009〕7号与落款2009年9月20日"
    assert [p.title for p in document.phases][1:] == [
        "学习调研阶段",
        "分析检查阶段",
        "整改落实阶段",
    ]
    rows = [a for a in document.activities if a.row]
    assert [(a.row, a.time_text) for a in rows] == [
        (1, "9月下旬"),
        (2, "10月上旬"),
        (3, "10月上旬"),
        (4, "11月中下旬"),
        (5, "12月"),
        (6, "次年1月"),
    ]
    assert rows[2].units == ("医务科", "护理部")
    assert rows[5].end == date(2010, 1, 31)


TEXT = "2014年安排\n3月5日召开动员会。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_of_a_text_file_is_understood(encoding):
    reading = read_file("a.TXT", TEXT.encode(encoding))

    assert reading.text == TEXT
    assert only(reading).activities[0].start == date(2014, 3, 5)


def test_markdown_marks_do_not_hide_headings():
    text = "# 2021年方案\n\n### （一）学习教育阶段（3月—5月）\n\n|时间|内容|责任单位|\n|---|---|---|\n|3月|动员|党办<br>工会|\n"  # noqa: E501

    document = only(read_file("a.md", text.encode()))

    assert document.title == "2021年方案"
    assert document.phases[0].title == "学习教育阶段"
    assert document.activities[0].units == ("党办", "工会")


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.wps", "a.docm", "a.rtf", "a.exe", "a", ".docx"])
def test_other_types_are_refused_with_advice(name):
    with pytest.raises(Unreadable, match=r"。$"):
        read_file(name, b"whatever")


def told(entries):
    return [(e.title, e.time_text, e.start, e.end, e.units, e.row) for e in entries]


def test_a_time_merged_over_two_rows_belongs_to_both():
    def build(document):
        document.add_paragraph("市肿瘤医院教育实践活动实施方案")
        document.add_paragraph("2012年10月我院通过三级甲等复审，2013年度考核优秀。")
        rows = [
            ("环节", "时间", "主要任务", "责任部门"),
            ("学习教育", "3月上旬", "召开动员大会", "党办"),
            ("", "", "中心组学习", "党办"),
            ("", "4月15日—25日", "召开患者座谈会", "门诊办、社会服务部"),
        ]
        table = add_table(document, rows)
        table.cell(1, 0).merge(table.cell(3, 0)).text = "学习教育"
        table.cell(1, 1).merge(table.cell(2, 1)).text = "3月上旬"
        document.add_paragraph("2014年2月27日")

    document = only(read_file("a.docx", word(build)))

    assert [phase.title for phase in document.phases] == ["学习教育"]
    first, last = date(2014, 3, 1), date(2014, 3, 10)
    assert told(document.activities) == [
        ("召开动员大会", "3月上旬", first, last, ("党办",), None),
        ("中心组学习", "3月上旬", first, last, ("党办",), None),
        (
            "召开患者座谈会",
            "4月15日—25日",
            date(2014, 4, 15),
            date(2014, 4, 25),
            ("门诊办", "社会服务部"),
            None,
        ),
    ]


def test_the_day_a_form_was_filled_in_is_no_activity():
    def build(sheet):
        sheet.append(["市口腔医院主题教育工作安排"])
        sheet.append(["填报单位：党委办公室", None, None, None, "填报日期：2019年9月12日"])
        sheet.append(["序号", "工作任务", "责任单位", "开始时间", "完成时间"])
        sheet.append([1, "举办读书班", "党委办公室\n纪检办", date(2019, 9, 23), date(2019, 9, 29)])
        sheet.append([2, "召开专题民主生活会", "党委", None, "11月底前"])

    document = only(read_file("a.xlsx", excel(build)))

    days = date(2019, 9, 23), date(2019, 9, 29)
    assert told(document.activities) == [
        ("举办读书班", "2019年9月23日至2019年9月29日", *days, ("党委办公室", "纪检办"), 1),
        ("召开专题民主生活会", "11月底前", None, date(2019, 11, 30), ("党委",), 2),
    ]


def test_a_schedule_and_a_ledger_in_one_paper_are_told_apart():
    def build(document):
        document.add_paragraph("市康复医院主题教育实施方案")
        document.add_paragraph("康复党〔2019〕9号")
        document.add_paragraph("附件1：主题教育推进表")
        add_table(
            document, [("序号", "工作事项", "起止日期", "责任部门"), ("1", "集中学习", "9.20-9.27", "党办")]
        )
        document.add_paragraph("附件2：检视问题整改清单")
        ledger = [
            ("问题", "整改措施", "责任人", "完成时间"),
            ("饭菜差", "换承包商（11月15日前）", "刘某", "立行立改"),
        ]
        add_table(document, ledger)

    document = only(read_file("a.docx", word(build)))

    days = date(2019, 9, 20), date(2019, 9, 27)
    assert told(document.activities) == [("集中学习", "9.20-9.27", *days, ("党办",), 1)]
    assert told(document.rectifications) == [
        ("饭菜差；换承包商（11月15日前）", "立行立改", None, None, ("刘某",), None),
        ("换承包商", "11月15日前", None, date(2019, 11, 15), ("刘某",), None),
    ]
