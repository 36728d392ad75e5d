package io.xywebsocket.test;

import io.xywebsocket.XyHandshake;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a peer; everything has a default. Not thread-safe.
 *
 * @since 0.1
 */
public final class XyTestPeerBuilder {

    private record User(String name) implements Principal {
        @Override
        public String getName() {
            return name;
        }
    }

    private final XyTestPeers peers;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final Map<String, Object> attributes = new HashMap<>();
    private URI uri = URI.create("/ws");
    private @Nullable Principal principal;
    private @Nullable String remoteAddress;
    private Duration patience = Duration.ofSeconds(5);

    XyTestPeerBuilder(XyTestPeers peers) {
        this.peers = peers;
    }

    /** Who has logged in. Default: nobody. */
    public XyTestPeerBuilder principal(Principal user) {
        principal = user;
        return this;
    }

    /** Who has logged in, by name. Default: nobody. */
    public XyTestPeerBuilder principal(String name) {
        return principal(new User(name));
    }

    /** Adds a header of the handshake. */
    public XyTestPeerBuilder header(String name, String value) {
        headers.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        return this;
    }

    /** What {@link io.xywebsocket.XyPeer#attributes} has at the beginning. */
    public XyTestPeerBuilder attribute(String name, Object value) {
        attributes.put(name, value);
        return this;
    }

    /** The address that the handshake comes from, see {@link XyHandshake#remoteAddress}. Default: none. */
    public XyTestPeerBuilder remoteAddress(String address) {
        remoteAddress = address;
        return this;
    }

    /** The handshake's URI with its query. Default: {@code /ws}. */
    public XyTestPeerBuilder uri(String newUri) {
        uri = URI.create(newUri);
        return this;
    }

    /** How long, in real time, the peer's waits last before they fail. Default: 5 s. */
    public XyTestPeerBuilder patience(Duration atMost) {
        patience = atMost;
        return this;
    }

    /** Connects the peer, see {@link XyTestPeers#connect()}. */
    public XyTestPeer connect() {
        XyHandshake handshake = XyHandshake.builder(uri)
                .headers(headers)
                .principal(principal)
                .remoteAddress(remoteAddress)
                .build();
        return peers.connect(handshake, attributes, patience);
    }
}
