import { Component, onWillUpdateProps } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Cells of one row of a file: what it says, what a person corrected, and why. */
export class ImportCells extends Component {
    static template = "srm_base.ImportCells";
    static props = { ...standardFieldProps };

    setup() {
        // Texts typed since the last save. The record takes a correction in with some
        // delay, then the rows are drawn again: what is being typed elsewhere meanwhile
        // must neither be wiped nor left out of the next correction.
        this.typed = {};
        onWillUpdateProps(({ record }) => {
            if (!record.dirty || record.resId !== this.props.record.resId) {
                this.typed = {};
            }
        });
    }

    get lines() {
        return this.props.record.data[this.props.name] || [];
    }

    shown(line) {
        const typed = this.typed[line.field];
        return typed ?? (this.isCorrected(line) ? line.corrected : line.original);
    }

    asCorrection(line, text) {
        return text === line.original ? null : text;
    }

    isCorrected(line) {
        return line.corrected !== null && line.corrected !== undefined;
    }

    setCorrected(changed, text) {
        this.typed[changed.field] = text;
        const lines = this.lines.map((line) =>
            line.field in this.typed
                ? { ...line, corrected: this.asCorrection(line, this.typed[line.field]) }
                : line
        );
        this.props.record.update({ [this.props.name]: lines });
    }

    onInput(line, ev) {
        this.typed[line.field] = ev.target.value;
    }

    onChange(line, ev) {
        this.setCorrected(line, ev.target.value);
    }

    takeBack(line) {
        this.setCorrected(line, line.original);
    }
}

export const importCells = { component: ImportCells, supportedTypes: ["json"] };
registry.category("fields").add("srm_import_cells", importCells);
