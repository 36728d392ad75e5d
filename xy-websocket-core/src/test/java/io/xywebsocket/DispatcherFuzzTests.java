package io.xywebsocket;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** One connection and whatever a peer may send to it, at any time. */
class DispatcherFuzzTests {

    private static final int ACTS = 200;

    @FuzzTest(maxDuration = "6s")
    void answersEachCallOnceAndRetainsNothing(FuzzedDataProvider data) throws Exception {
        FuzzedConnection connection = new FuzzedConnection(data);
        for (int i = 0; i < ACTS && data.remainingBytes() > 0; i++) {
            connection.act();
        }
        connection.finish();
    }
}
