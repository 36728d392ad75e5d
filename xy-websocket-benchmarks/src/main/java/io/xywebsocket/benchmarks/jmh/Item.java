package io.xywebsocket.benchmarks.jmh;

/** A payload of the usual kind. */
record Item(int id, String note, double price, String sku) {

    /** One whose call is about so many bytes. */
    static Item ofCallSize(int bytes) {
        return new Item(10, "n".repeat(Math.max(0, bytes - 94)), 12.5, "A-1");
    }
}
