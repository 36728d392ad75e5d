package io.xywebsocket;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests look every 10 ms whether what they await has come, not every 100: most of them await a few things one after the other, each of which
 * comes within a millisecond. JUnit finds this extension by itself, in every module that has core's tests on its class path.
 */
public final class QuickPolls implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }
}
