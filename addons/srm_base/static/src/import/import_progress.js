import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const POLL_MS = 1500;
const ACTIVE = ["queued", "running"];

/** Progress of the background check or load; reloads the form once it ends. */
export class ImportProgress extends Component {
    static template = "srm_base.ImportProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.progress = useState({ state: "", percent: 0, done: 0, total: 0 });
        onWillStart(() => this.poll());
        onWillUpdateProps(() => this.watch());
        onWillUnmount(() => {
            this.gone = true;
            clearTimeout(this.timer);
        });
    }

    get isActive() {
        return ACTIVE.includes(this.progress.state);
    }

    get label() {
        if (this.progress.stopping) {
            return _t("Stopping…");
        }
        if (this.progress.state === "queued") {
            return _t("Waiting for its turn…");
        }
        return this.progress.job === "load" ? _t("Loading the rows") : _t("Checking the rows");
    }

    get timeLeft() {
        const seconds = this.progress.seconds_left;
        if (!seconds) {
            return "";
        }
        return seconds < 90
            ? _t("about %s s left", seconds)
            : _t("about %s min left", Math.round(seconds / 60));
    }

    watch() {
        if (!this.timer) {
            return this.poll();
        }
    }

    async poll() {
        this.timer = null;
        const resId = this.props.record.resId;
        if (!resId) {
            return;
        }
        const wasActive = this.isActive;
        Object.assign(this.progress, await this.orm.silent.call("srm.import", "get_progress", [[resId]]));
        if (this.gone) {
            return;
        }
        if (this.isActive) {
            this.timer = setTimeout(() => this.poll(), POLL_MS);
        } else if (wasActive) {
            await this.props.record.load();
        }
    }
}

export const importProgress = { component: ImportProgress };
registry.category("view_widgets").add("srm_import_progress", importProgress);
