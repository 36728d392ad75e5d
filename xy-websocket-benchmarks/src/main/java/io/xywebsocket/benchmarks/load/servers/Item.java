package io.xywebsocket.benchmarks.load.servers;

/** A payload of the usual kind. Its components are in the order of the alphabet, so every mapper writes them in the same order. */
record Item(int id, String note, double price, String sku) {

    static Item of(int id, int noteLength) {
        return new Item(id, "n".repeat(noteLength), 12.5, "A-1");
    }
}
