"""What the three import commands share: their options and how they print a report."""

from django.core.management.base import BaseCommand, CommandError

from staff.imports import run, write_template


class ImportCommand(BaseCommand):
    """Reads a workbook of one kind; all or nothing unless `--partial`."""

    kind = ""

    def add_arguments(self, parser):
        """A workbook in, or its template out."""
        parser.add_argument("file", nargs="?", metavar="FILE.xlsx", help="the workbook to read")
        parser.add_argument("--partial", action="store_true", help="write the right rows though others are wrong")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument("--template", metavar="FILE.xlsx", help="write the empty workbook there and stop")

    def handle(self, *, file, partial, dry_run, template, **options):
        """Print the report row by row, in Chinese as the workbook is; fail when something is wrong."""
        if template:
            write_template(self.kind, template)
            self.stdout.write(template)
            return
        if not file:
            raise CommandError("Name the workbook to read, or --template FILE.xlsx to write an empty one.")
        try:
            report = run(kind=self.kind, file=file, partial=partial, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        for line in [*report.notes, *report.shown]:
            self.stdout.write(str(line))
        if report.more:
            self.stdout.write(f"… 另有{report.more}处问题")
        self.stdout.write(
            f"共{report.total}行：新增{report.new}，修改{report.changed}，不变{report.unchanged}，有误{report.bad}。"
            + ("已写入。" if report.written else "未写入。")
        )
        if report.slips and not report.written:
            raise CommandError("Nothing was written.")
