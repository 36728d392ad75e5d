package io.xywebsocket.benchmarks.load.generator;

import java.util.Random;

/** How a resident behaves. */
enum Manner {
    /** Calls, is called, sends events. */
    CALLER(62),
    /** Is called, and hears events. */
    QUIET(20),
    /** Never answers. */
    MUTE(3),
    /** Stops reading. */
    DEAF(2),
    /** Sends more calls at once than anybody should. */
    FLOODER(2),
    /** Sends what is no frame, or too large, or an answer to nothing. */
    RUDE(7),
    /** Begins a large message and leaves it at that. */
    HALF(1),
    /** Begins a message, and sends a byte of it now and then. */
    DRIPPER(1),
    /** Sends pings, pongs and empty fragments in heaps. */
    CHATTERER(1),
    /** Makes calls whose handlers wait for the caller, with large payloads and ids, and never answers. */
    HOG(1);

    private final int inAHundred;

    Manner(int inAHundred) {
        this.inAHundred = inAHundred;
    }

    boolean behaves() {
        return this == CALLER || this == QUIET;
    }

    static Manner any(Random random) {
        int dice = random.nextInt(100);
        for (Manner manner : values()) {
            dice -= manner.inAHundred;
            if (dice < 0) {
                return manner;
            }
        }
        return CALLER;
    }
}
