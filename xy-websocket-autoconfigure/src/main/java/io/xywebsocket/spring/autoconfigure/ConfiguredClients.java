package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyHandlers;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.client.XyClientBuilder;
import io.xywebsocket.spring.XyClientCustomizer;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/** Makes the clients of the properties, which are beans of their own. */
final class ConfiguredClients {

    private final XyClientProperties properties;
    private final EndpointSettings settings;
    private final ObjectProvider<SslBundles> bundles;
    private final ObjectProvider<XyClientCustomizer> customizers;

    ConfiguredClients(
            XyClientProperties properties,
            EndpointSettings settings,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<XyClientCustomizer> customizers) {
        this.properties = properties;
        this.settings = settings;
        this.bundles = bundles;
        this.customizers = customizers;
    }

    static String beanName(String client) {
        return client.equals(XyClientProperties.UNNAMED) ? "xyClient" : client + "XyClient";
    }

    /** The clients by their names, among them those that the application has put in place of ours. */
    Map<String, XyClient> all(BeanFactory beans) {
        Map<String, XyClient> all = new TreeMap<>();
        for (String name : properties.all().keySet()) {
            all.put(name, beans.getBean(beanName(name), XyClient.class));
        }
        return all;
    }

    /** What each of them offers to its server. */
    Map<String, XyHandlers> handlers(BeanFactory beans) {
        Map<String, XyHandlers> handlers = new TreeMap<>();
        all(beans).forEach((name, client) -> handlers.put(name, client.handlers()));
        return handlers;
    }

    /** The factory method of the clients' beans. */
    XyClient client(String name) {
        XyClientProperties.Client client = properties.all().get(name);
        if (client == null || client.url() == null) {
            throw new IllegalStateException(XyClientProperties.prefix(name) + ".url is missing");
        }
        try {
            XyClientBuilder builder = XyClient.builder(client.url());
            apply(client, builder);
            customizers.orderedStream().forEach(bean -> bean.customize(name, builder));
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(XyClientProperties.prefix(name) + ": " + e.getMessage(), e);
        }
    }

    private void apply(XyClientProperties.Client client, XyClientBuilder builder) {
        builder.callTimeout(client.callTimeout())
                .connectTimeout(client.connectTimeout())
                .heartbeatInterval(client.heartbeatInterval())
                .backoff(client.backoff().min(), client.backoff().max())
                .waitForConnection(client.waitForConnection())
                .subProtocols(client.subProtocols().toArray(String[]::new))
                .headers(client::headers)
                .endpoint(endpoint -> {
                    settings.applyTo(endpoint);
                    endpoint.prefixes(client.protocol().prefixes());
                });
        if (client.maxTries() != -1) {
            builder.maxTries(client.maxTries());
        }
        String token = client.token();
        if (StringUtils.hasText(token)) {
            builder.token(() -> token);
        }
        String bundle = client.ssl().bundle();
        if (StringUtils.hasText(bundle)) {
            builder.sslContext(bundles.getObject().getBundle(bundle).createSslContext());
        }
    }
}
