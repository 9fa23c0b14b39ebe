import { WorkerService } from "@bus/services/worker_service";
import { session } from "@web/session";
import { patch } from "@web/core/utils/patch";

// A server with worker processes takes web sockets on a port of their own; a proxy in
// front hides that, without one the page has to know.
patch(WorkerService.prototype, {
    send(action, data) {
        const port = session.srm_websocket_port;
        if (port && action === "BUS:INITIALIZE_CONNECTION") {
            const url = new URL(data.websocketURL);
            url.port = port;
            return super.send(action, { ...data, websocketURL: url.href });
        }
        return super.send(action, data);
    },
});
