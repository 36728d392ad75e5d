package io.xywebsocket.test.spring;

import io.xywebsocket.client.XyClientBuilder;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.spring.XyClientCustomizer;
import io.xywebsocket.spring.autoconfigure.XyClientProperties;
import io.xywebsocket.test.XyTestClock;
import io.xywebsocket.test.XyTestServers;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;

/**
 * Lets a test that has {@link XyTestServers} serve the application's clients. After the application's own customizers: whoever has
 * servers wants them.
 */
record ServersCustomizer(
        ObjectProvider<XyTestServers> servers,
        ObjectProvider<XyTestClock> clock,
        ObjectProvider<XyClientProperties> properties)
        implements XyClientCustomizer, Ordered {

    @Override
    public void customize(String name, XyClientBuilder client) {
        servers.ifAvailable(kit -> {
            clock.ifAvailable(kit::clock);
            kit.serve(name, client, prefixes(name));
        });
    }

    private Prefixes prefixes(String name) {
        XyClientProperties all = properties.getIfAvailable();
        XyClientProperties.Client client = all == null
                ? null
                : name.isEmpty() ? all.client() : all.clients().get(name);
        return client == null ? Prefixes.DEFAULT : client.protocol().prefixes();
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
