package io.xywebsocket.engine;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** One connection and whatever a peer may send to it, at any time. */
@DisabledOnOs(value = OS.LINUX, architectures = "aarch64", disabledReason = "Jazzer's data provider is native")
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
