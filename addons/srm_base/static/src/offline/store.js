// What the phone keeps: entries to send, and the last data of each page.

const NAME = "srm-field";
const VERSION = 1;

function asPromise(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

let opened = null;

// Browsers clear what they may when the phone is full. Entries are not theirs to clear:
// asked for once; resolves with whether the phone agreed.
export async function persist() {
    const storage = navigator.storage;
    if (!storage?.persist) {
        return false;
    }
    return (await storage.persisted()) || (await storage.persist());
}

function open() {
    opened ??= new Promise((resolve, reject) => {
        const request = indexedDB.open(NAME, VERSION);
        request.onupgradeneeded = () => {
            request.result.createObjectStore("outbox", { keyPath: "id" });
            request.result.createObjectStore("data", { keyPath: "key" });
        };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    return opened;
}

async function run(name, mode, work) {
    const database = await open();
    const transaction = database.transaction(name, mode);
    // Listened to before anything else: only a completed transaction is on the phone.
    const completed = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([
        asPromise(work(transaction.objectStore(name))),
        completed,
    ]);
    return result;
}

export const store = {
    get: (name, key) => run(name, "readonly", (table) => table.get(key)),
    all: (name) => run(name, "readonly", (table) => table.getAll()),
    put: (name, value) => run(name, "readwrite", (table) => table.put(value)),
    remove: (name, key) => run(name, "readwrite", (table) => table.delete(key)),
};
