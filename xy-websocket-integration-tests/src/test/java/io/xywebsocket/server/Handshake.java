package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An opening handshake, RFC 6455 §4.1, written by hand. */
final class Handshake {

    /** What the server answered. */
    record Response(int status, Map<String, String> headers) {

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        String text() {
            return status + " " + headers;
        }
    }

    private final int port;
    private final List<String> headers = new ArrayList<>();
    private String path = "/ws";
    private String version = "13";
    private String httpVersion = "1.1";
    private List<String> keys = List.of("dGhlIHNhbXBsZSBub25jZQ==");
    private String connection = "Upgrade";
    private @Nullable SSLContext tls;
    private byte[] following = {};
    private boolean reads = true;
    private boolean answersPings = true;
    private boolean answersClose = true;

    private Handshake(int port) {
        this.port = port;
    }

    static Handshake to(int port) {
        return new Handshake(port);
    }

    Handshake path(String newPath) {
        path = newPath;
        return this;
    }

    Handshake version(String newVersion) {
        version = newVersion;
        return this;
    }

    Handshake httpVersion(String newVersion) {
        httpVersion = newVersion;
        return this;
    }

    /** One header for each key; none for none. */
    Handshake keys(String... newKeys) {
        keys = List.of(newKeys);
        return this;
    }

    Handshake connection(String value) {
        connection = value;
        return this;
    }

    Handshake over(@Nullable SSLContext context) {
        tls = context;
        return this;
    }

    Handshake header(String name, String value) {
        headers.add(name + ": " + value);
        return this;
    }

    Handshake protocols(String... protocols) {
        return header("Sec-WebSocket-Protocol", String.join(", ", protocols));
    }

    Handshake origin(String origin) {
        return header("Origin", origin);
    }

    /** These go out together with the request, before there is an answer. */
    Handshake followedBy(byte[] bytes) {
        following = bytes;
        return this;
    }

    /** The client doesn't read what the server sends, until told to. */
    Handshake notReading() {
        reads = false;
        return this;
    }

    Handshake notAnsweringPings() {
        answersPings = false;
        return this;
    }

    Handshake notAnsweringClose() {
        answersClose = false;
        return this;
    }

    /** The connection, which the server must accept. */
    RawClient open() {
        try {
            Socket socket = socket();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Response response = exchange(socket, in);
            assertThat(response.status()).as(response.text()).isEqualTo(101);
            RawClient client = new RawClient(socket, in, response, answersPings, answersClose);
            if (reads) {
                client.read();
            }
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer of a server that refuses. */
    Response refused() {
        Response response = response();
        assertThat(response.status()).isNotEqualTo(101);
        return response;
    }

    /** The answer, whatever it is; the connection is closed again. */
    Response response() {
        try (Socket socket = socket()) {
            return exchange(socket, socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Socket socket() throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        if (!reads) {
            socket.setReceiveBufferSize(4096);
        }
        socket.connect(new InetSocketAddress("localhost", port), 5000);
        return tls == null ? socket : tls.getSocketFactory().createSocket(socket, "localhost", port, true);
    }

    private Response exchange(Socket socket, InputStream in) throws IOException {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/" + httpVersion + "\r\nHost: localhost:" + port
                + "\r\nUpgrade: websocket\r\nConnection: " + connection + "\r\nSec-WebSocket-Version: " + version
                + "\r\n");
        keys.forEach(key -> request.append("Sec-WebSocket-Key: ").append(key).append("\r\n"));
        headers.forEach(header -> request.append(header).append("\r\n"));
        socket.setSoTimeout((int) RawClient.PATIENCE.toMillis());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.write(following);
        socket.getOutputStream().write(out.toByteArray());
        String[] statusLine = line(in).split(" ", 3);
        Map<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line; !(line = line(in)).isEmpty(); ) {
            String[] header = line.split(": *", 2);
            answered.merge(header[0], header[1], (a, b) -> a + ", " + b);
        }
        socket.setSoTimeout(0);
        return new Response(Integer.parseInt(statusLine[1]), answered);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) {
                throw new EOFException("in the answer to the handshake, after: " + line);
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
