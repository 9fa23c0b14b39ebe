/* global L */
import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// Centre of the region, for a map without anything to show.
const CENTRE = [30.2, -9.2];
const RADIUS = 7;

export class NetworkMap extends Component {
    static template = "srm_projects.NetworkMap";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.place = useRef("map");
        this.state = useState({ data: null });
        this.options = { ...(this.props.action.params?.options || {}) };
        this.display = { controlPanel: {} };
        onWillStart(() => this.load());
        onMounted(() => {
            this.start();
            this.draw();
        });
        onWillUnmount(() => this.map?.remove());
    }

    get data() {
        return this.state.data;
    }

    get counted() {
        return _t("%(shown)s drawn of %(total)s", {
            shown: this.data.shown,
            total: this.data.total,
        });
    }

    async load() {
        this.state.data = await this.orm.call("srm.network.map", "get_map", [], {
            options: this.options,
        });
        this.env.config.setDisplayName?.(this.state.data.title);
    }

    async onFilter(name, ev) {
        this.options[name] = ev.target.value;
        await this.load();
        this.draw();
    }

    start() {
        this.map = L.map(this.place.el, { preferCanvas: true }).setView(CENTRE, 8);
        const tiles = session["leaflet.tile_url"];
        if (tiles && tiles !== "False") {
            L.tileLayer(tiles, { attribution: session["leaflet.copyright"] }).addTo(this.map);
        }
        this.map.attributionControl.setPrefix("Leaflet");
        L.control.scale({ imperial: false }).addTo(this.map);
        this.layer = L.featureGroup().addTo(this.map);
        this.names = L.layerGroup().addTo(this.map);
    }

    draw() {
        this.layer.clearLayers();
        this.names.clearLayers();
        for (const feature of this.data.features) {
            this.drawing(feature)
                .bindTooltip(this.text(feature.label))
                .bindPopup(() => this.bubble(feature))
                .addTo(this.layer);
        }
        for (const place of this.data.places) {
            L.tooltip({ permanent: true, direction: "top", className: "o_srm_map_name" })
                .setLatLng(place.at)
                .setContent(this.text(place.name))
                .addTo(this.names);
        }
        const bounds = this.layer.getBounds();
        if (bounds.isValid()) {
            this.map.invalidateSize();
            this.map.fitBounds(bounds, { padding: [30, 30], maxZoom: 16, animate: false });
        }
    }

    drawing(feature) {
        const style = { color: feature.colour, weight: 5, opacity: 0.9 };
        if (feature.point) {
            return L.circleMarker(feature.parts[0][0], {
                ...style,
                radius: RADIUS,
                fillOpacity: 0.7,
            });
        }
        return L.polyline(feature.parts, style);
    }

    text(content) {
        const element = document.createElement("span");
        element.textContent = content;
        return element;
    }

    // Text is set as text: nothing of a record is ever read as markup.
    bubble(feature) {
        const box = document.createElement("div");
        box.dir = localization.direction;
        const title = box.appendChild(document.createElement("strong"));
        title.textContent = feature.label;
        for (const [label, value] of feature.lines) {
            const line = box.appendChild(document.createElement("div"));
            line.className = "d-flex justify-content-between gap-3";
            const name = line.appendChild(this.text(label));
            name.className = "text-muted";
            line.appendChild(this.text(value));
        }
        const button = box.appendChild(document.createElement("button"));
        button.className = "btn btn-link btn-sm p-0 mt-1";
        button.textContent = _t("Open the section");
        button.addEventListener("click", () => this.open(feature));
        return box;
    }

    open(feature) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "srm.network.section",
            res_id: feature.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("srm_projects.network_map", NetworkMap);
