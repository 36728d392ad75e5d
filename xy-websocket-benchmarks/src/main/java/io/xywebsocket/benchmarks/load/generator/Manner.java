package io.xywebsocket.benchmarks.load.generator;

import java.util.Random;

/** How a resident behaves. */
enum Manner {
    /** Calls, is called, sends events. */
    CALLER(66),
    /** Is called, and hears events. */
    QUIET(20),
    /** Never answers. */
    MUTE(3),
    /** Stops reading. */
    DEAF(2),
    /** Sends more calls at once than anybody should. */
    FLOODER(2),
    /** Sends what is no frame, or too large, or an answer to nothing. */
    RUDE(7);

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
