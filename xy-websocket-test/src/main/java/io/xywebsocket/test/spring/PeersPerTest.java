package io.xywebsocket.test.spring;

import io.xywebsocket.client.XyClient;
import io.xywebsocket.test.XyTestClock;
import io.xywebsocket.test.XyTestPeers;
import io.xywebsocket.test.XyTestServers;
import java.time.Duration;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/** Disconnects the peers after each test method: contexts are shared by many tests, peers are not. */
final class PeersPerTest extends AbstractTestExecutionListener {

    /** The endpoint looks at its peers once a second, beginning when there is one: so each test begins at such a moment. */
    private static final Duration BREAK = Duration.ofSeconds(1);

    @Override
    public void afterTestMethod(TestContext test) {
        if (test.hasApplicationContext()) {
            ApplicationContext application = test.getApplicationContext();
            application.getBeanProvider(XyTestPeers.class).ifAvailable(XyTestPeers::closeAll);
            application.getBeanProvider(XyTestServers.class).ifAvailable(servers -> {
                servers.closeAll();
                application
                        .getBeansOfType(XyClient.class, false, false)
                        .values()
                        .forEach(PeersPerTest::wake);
            });
            application.getBeanProvider(XyTestClock.class).ifAvailable(clock -> clock.advance(BREAK));
        }
    }

    /** A test may have sent it away. */
    private static void wake(XyClient client) {
        if (client.state() == XyClient.State.DORMANT) {
            client.connect();
        }
    }
}
