// A chooser of several: what is chosen in Wagtail's window is added as ticked boxes; unticking one takes it out.
class SeveralChooser extends window.Chooser {
  getStateFromHTML() {
    return null;
  }

  openChooserModal() {
    this.modal ||= new this.chooserModalClass(this.opts.modalUrl);
    this.modal.open({ ...this.getModalOptions(), multiple: true }, (rows) => rows.forEach((row) => this.add(row)));
  }

  add({ id, title }) {
    const list = this.chooserElement.querySelector("[data-several-chosen]");
    const known = [...list.querySelectorAll("input")].find((box) => box.value === String(id));
    if (known) {
      known.checked = true;
      return;
    }
    const box = Object.assign(document.createElement("input"), {
      type: "checkbox",
      name: this.input.dataset.name,
      value: id,
      checked: true,
    });
    const label = document.createElement("label");
    label.append(box, " ", title);
    const line = document.createElement("li");
    line.append(label);
    list.append(line);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-several]").forEach((element) => {
    const id = element.id.replace(/-chooser$/, "");
    new SeveralChooser(id, { modalUrl: element.dataset.several });
  });
});
