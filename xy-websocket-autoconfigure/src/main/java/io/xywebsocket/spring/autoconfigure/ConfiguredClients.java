package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.client.XyClientBuilder;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyClientCustomizer;
import io.xywebsocket.spring.startup.StartUpException;
import io.xywebsocket.untrusted.LogText;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.NestedExceptionUtils;
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
        SettingCheck check = new SettingCheck(XyClientProperties.prefix(name) + ".");
        URI url = client == null ? null : client.url();
        if (client == null || url == null) {
            throw check.refused(
                    "url",
                    "is missing, but other settings of this client are there",
                    "Set it to the address of the server, such as wss://example.com/ws, or remove the other settings.");
        }
        XyClientBuilder builder = builder(url, check);
        apply(client, builder, check);
        client.headers().forEach((header, value) -> header(builder, header, value, check, "headers." + header));
        String token = client.token();
        if (StringUtils.hasText(token)) {
            header(builder, "Authorization", "Bearer " + token.strip(), check, "token");
        }
        try {
            customizers.orderedStream().forEach(bean -> bean.customize(name, builder));
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(XyClientProperties.prefix(name) + ": " + e.getMessage(), e);
        }
    }

    private static XyClientBuilder builder(URI url, SettingCheck check) {
        try {
            return XyClient.builder(url);
        } catch (IllegalArgumentException e) {
            String scheme = "http".equalsIgnoreCase(url.getScheme())
                    ? "Write ws:// in the place of http://."
                    : "https".equalsIgnoreCase(url.getScheme())
                            ? "Write wss:// in the place of https://."
                            : "Write the whole address, such as ws://localhost:8080/ws or wss://example.com/ws.";
            throw check.refused(
                    "url",
                    "must be ws:// or wss:// with a host and without a fragment"
                            + (url.getHost() == null ? "" : ", not " + LogText.address(url)),
                    scheme);
        }
    }

    /** One that no handshake can carry is refused now, without its value, which may be secret. */
    private static void header(
            XyClientBuilder builder, String name, String value, SettingCheck check, String property) {
        try {
            builder.header(name, value);
        } catch (IllegalArgumentException e) {
            throw check.refused(
                    property,
                    "can't be sent with the handshake: " + e.getMessage(),
                    "Correct or remove it. A value has no line break or other control character in it.");
        }
    }

    private void apply(XyClientProperties.Client client, XyClientBuilder builder, SettingCheck check) {
        check.positive("call-timeout", client.callTimeout(), "5s");
        check.positive("heartbeat-interval", client.heartbeatInterval(), "30s");
        check.positive("connect-timeout", client.connectTimeout(), "10s");
        check.positive("backoff.min", client.backoff().min(), "100ms");
        check.notLess(
                "backoff.max",
                client.backoff().max(),
                "backoff.min",
                client.backoff().min());
        check.unlimitedOr(1, "max-tries", client.maxTries());
        builder.timeouts(XyTimeouts.DEFAULT
                        .withCall(client.callTimeout())
                        .withHeartbeatInterval(client.heartbeatInterval())
                        .withMessage(settings.properties().messageTimeout()))
                .connectTimeout(client.connectTimeout())
                .backoff(client.backoff().min(), client.backoff().max())
                .waitForConnection(client.waitForConnection())
                .prefixes(check.prefixes(client.protocol()::prefixes))
                .slowPeers(client.slowPeers());
        settings.applyTo(builder);
        contexts.ifAvailable(around -> builder.decorator(around.decorator()));
        builder.decorator(settings.taskDecorator());
        if (client.maxTries() != -1) {
            builder.maxTries(client.maxTries());
        }
        subProtocols(client, builder, check);
        String bundle = client.ssl().bundle();
        if (StringUtils.hasText(bundle)) {
            builder.sslContext(sslContext(bundle, check));
        }
    }

    private static void subProtocols(XyClientProperties.Client client, XyClientBuilder builder, SettingCheck check) {
        try {
            builder.subProtocols(client.subProtocols().toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw check.refused(
                    "sub-protocols",
                    "can't be offered: " + e.getMessage(),
                    "Set each to a name without spaces and separators, and none of them twice.");
        }
    }

    private SSLContext sslContext(String name, SettingCheck check) {
        try {
            return bundles.getObject().getBundle(name).createSslContext();
        } catch (NoSuchSslBundleException e) {
            throw check.refused(
                    "ssl.bundle",
                    "names the SSL bundle '" + name + "', which does not exist",
                    "Define it by spring.ssl.bundle.pem." + name + " or spring.ssl.bundle.jks." + name
                            + ", or correct the name.");
        } catch (IllegalStateException e) {
            throw new StartUpException(
                    "The SSL bundle '" + name + "', which " + check.prefix() + "ssl.bundle names, can't be used: "
                            + NestedExceptionUtils.getMostSpecificCause(e).getMessage(),
                    "Correct the files and passwords below spring.ssl.bundle for '" + name + "'.",
                    e);
        }
    }
}
