package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.client.XyClientBuilder;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyClientCustomizer;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/** Makes the clients of the properties, which are beans of their own. */
final class ConfiguredClients {

    private static final String BEAN = "xyClient";
    private static final String NAMED_BEAN = "XyClient";

    private final XyClientProperties properties;
    private final EndpointSettings settings;
    private final ObjectProvider<SslBundles> bundles;
    private final ObjectProvider<XyClientCustomizer> customizers;
    private final ObjectProvider<ClientContexts> contexts;

    ConfiguredClients(
            XyClientProperties properties,
            EndpointSettings settings,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<XyClientCustomizer> customizers,
            ObjectProvider<ClientContexts> contexts) {
        this.properties = properties;
        this.settings = settings;
        this.bundles = bundles;
        this.customizers = customizers;
        this.contexts = contexts;
    }

    static String beanName(String client) {
        return client.equals(XyClientProperties.UNNAMED) ? BEAN : client + NAMED_BEAN;
    }

    /** The clients by their names, among them beans of the application's, whether the properties tell of them or not. */
    Map<String, XyClient> all(ListableBeanFactory beans) {
        TreeSet<String> names = new TreeSet<>(properties.all().keySet());
        for (String bean : beans.getBeanNamesForType(XyClient.class, false, false)) {
            if (bean.equals(BEAN)) {
                names.add(XyClientProperties.UNNAMED);
            } else if (bean.endsWith(NAMED_BEAN)) {
                names.add(bean.substring(0, bean.length() - NAMED_BEAN.length()));
            }
        }
        Map<String, XyClient> all = new TreeMap<>();
        names.forEach(name -> all.put(name, beans.getBean(beanName(name), XyClient.class)));
        return all;
    }

    /** What each of them offers to its server. */
    Map<String, XyHandlers> handlers(ListableBeanFactory beans) {
        Map<String, XyHandlers> handlers = new TreeMap<>();
        all(beans).forEach((name, client) -> handlers.put(name, handlers(client)));
        return handlers;
    }

    /** A mock has none: what is meant for its server is offered to nobody then. */
    private static XyHandlers handlers(XyClient client) {
        XyHandlers handlers = client.handlers();
        if (handlers != null) {
            return handlers;
        }
        try (XyEndpoint nobody = XyEndpoint.builder().build()) {
            return nobody.handlers();
        }
    }

    /** The factory method of the clients' beans. */
    XyClient client(String name) {
        XyClientProperties.Client client = properties.all().get(name);
        URI url = client == null ? null : client.url();
        if (client == null || url == null) {
            throw new IllegalStateException(XyClientProperties.prefix(name) + ".url is missing");
        }
        String prefix = XyClientProperties.prefix(name);
        XyClientBuilder builder = checked(prefix, () -> applied(client, XyClient.builder(url)));
        client.headers().forEach((header, value) -> header(prefix + ".headers." + header, builder, header, value));
        String token = client.token();
        if (StringUtils.hasText(token)) {
            header(prefix + ".token", builder, "Authorization", "Bearer " + token.strip());
        }
        return checked(prefix, () -> {
            customizers.orderedStream().forEach(bean -> bean.customize(name, builder));
            return builder.build();
        });
    }

    private static <T> T checked(String property, Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + ": " + e.getMessage(), e);
        }
    }

    /** One that no handshake can carry is refused now, without its value, which may be secret. */
    private static void header(String property, XyClientBuilder builder, String name, String value) {
        try {
            builder.header(name, value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + " can't be sent with the handshake: " + e.getMessage());
        }
    }

    private XyClientBuilder applied(XyClientProperties.Client client, XyClientBuilder builder) {
        XyTimeouts usual = XyTimeouts.DEFAULT;
        builder.timeouts(new XyTimeouts(
                        client.callTimeout(),
                        client.heartbeatInterval(),
                        usual.send(),
                        usual.eventOrder(),
                        settings.properties().messageTimeout()))
                .connectTimeout(client.connectTimeout())
                .backoff(client.backoff().min(), client.backoff().max())
                .waitForConnection(client.waitForConnection())
                .subProtocols(client.subProtocols().toArray(String[]::new))
                .endpoint(endpoint -> {
                    settings.applyTo(endpoint);
                    endpoint.prefixes(client.protocol().prefixes()).slowPeers(client.slowPeers());
                    contexts.ifAvailable(around -> endpoint.decorator(around.decorator()));
                });
        if (client.maxTries() != -1) {
            builder.maxTries(client.maxTries());
        }
        String bundle = client.ssl().bundle();
        if (StringUtils.hasText(bundle)) {
            builder.sslContext(bundles.getObject().getBundle(bundle).createSslContext());
        }
        return builder;
    }
}
