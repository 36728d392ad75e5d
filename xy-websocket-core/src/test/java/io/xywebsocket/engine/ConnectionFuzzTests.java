package io.xywebsocket.engine;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The whole connection, both ends of it, with a fuzzer who chooses what happens in a {@link Model}. */
@DisabledOnOs(value = OS.LINUX, architectures = "aarch64", disabledReason = "Jazzer's data provider is native")
class ConnectionFuzzTests {

    private static final int ACTS = 200;

    @FuzzTest(maxDuration = "6s")
    void bothEndsDoAsTheModelSaysWhateverHappens(FuzzedDataProvider data) {
        Model model = new Model(bound -> data.remainingBytes() == 0 ? 0 : data.consumeInt(0, bound - 1));
        for (int i = 0; i < ACTS && data.remainingBytes() > 0; i++) {
            model.act();
        }
        model.finish();
    }
}
