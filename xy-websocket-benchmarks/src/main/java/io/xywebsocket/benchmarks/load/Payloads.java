package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Calls;
import io.xywebsocket.benchmarks.load.generator.Dialects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is sent. Sizes are those of the whole message in our protocol, in bytes. */
final class Payloads {

    static final int SMALL = 100;
    static final int LARGE = 4096;

    private Payloads() {}

    static Calls.Shape calls(int depth, boolean batch) {
        return calls(SMALL, depth, batch);
    }

    static Calls.Shape calls(int size, int depth, boolean batch) {
        int note = noteLength(size);
        return new Calls.Shape("echo", slot -> item(10 + slot, note), depth, batch, 0);
    }

    /** Events, and a call behind them which shows that they have been handled. */
    static Calls.Shape events(int count, boolean batch) {
        int note = noteLength(SMALL);
        return new Calls.Shape("echo", slot -> item(10 + slot, note), 1, batch, count);
    }

    /** An order of many lines instead of one long text. */
    static Calls.Shape orders(int size, int depth, boolean batch) {
        int lines = size / item(10, 40).length();
        String rest =
                IntStream.range(0, lines).mapToObj(line -> item(10 + line, 40)).collect(Collectors.joining(","));
        return new Calls.Shape(
                "order", slot -> "{\"id\":" + (10 + slot) + ",\"lines\":[" + rest + "]}", depth, batch, 0);
    }

    /** How long an item's note is in a call of that size. */
    static int noteLength(int size) {
        return size - Dialects.XY.call("echo", 0, item(10, 0)).length();
    }

    /** How long an item's note is in an event of that size. */
    static int eventNoteLength(int size) {
        return size - Dialects.XY.eventPrefix().length() - item(1000, 0).length() - 1;
    }

    static String item(int id, int noteLength) {
        return "{\"id\":" + id + ",\"note\":\"" + "n".repeat(noteLength) + "\",\"price\":12.5,\"sku\":\"A-1\"}";
    }
}
