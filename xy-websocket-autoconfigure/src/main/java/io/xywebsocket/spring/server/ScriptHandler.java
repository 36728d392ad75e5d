package io.xywebsocket.spring.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.util.DigestUtils;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.context.request.ServletWebRequest;

/** Serves one file of the JavaScript client, compressed once and for all. Immutable. */
final class ScriptHandler implements HttpRequestHandler {

    /** The coding among those that a request accepts, unless it says that its quality is 0. */
    private static final Pattern GZIP = Pattern.compile(
            "(?:^|,)\\s*(?:x-)?gzip\\s*(?:;\\s*q=(?!0(?:\\.0*)?\\s*(?:,|$))[^,]*)?(?:,|$)", Pattern.CASE_INSENSITIVE);

    private final byte[] plain;
    private final byte[] compressed;
    private final String contentType;
    private final String version;

    private ScriptHandler(byte[] plain, String contentType) {
        this.plain = plain;
        this.compressed = compress(plain);
        this.contentType = contentType;
        this.version = DigestUtils.md5DigestAsHex(plain).substring(0, 12);
    }

    /** @param name of the file */
    static ScriptHandler of(String name, String contentType) {
        String resource = "/io/xywebsocket/js/" + name;
        try (InputStream file = ScriptHandler.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException("There is no " + resource + " on the class path");
            }
            return new ScriptHandler(file.readAllBytes(), contentType);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The query under which what it serves never changes. */
    String query() {
        return "v=" + version;
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean head = "HEAD".equals(request.getMethod());
        if (!head && !"GET".equals(request.getMethod())) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        boolean immutable = query().equals(request.getQueryString());
        // otherwise kept, but asked for again: it changes with the starter
        response.setHeader(HttpHeaders.CACHE_CONTROL, immutable ? "public, max-age=31536000, immutable" : "no-cache");
        response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        // weak: the same for both encodings
        if (new ServletWebRequest(request, response).checkNotModified("W/\"" + version + '"')) {
            return;
        }
        byte[] body = plain;
        if (acceptsGzip(request)) {
            body = compressed;
            response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip"); // so no container compresses it again
        }
        response.setContentType(contentType);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setContentLength(body.length);
        if (!head) {
            response.getOutputStream().write(body);
        }
    }

    static boolean acceptsGzip(HttpServletRequest request) {
        String codings = String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING)));
        return GZIP.matcher(codings).find();
    }

    private static byte[] compress(byte[] plain) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new BestGzip(compressed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    /** Once at start-up, so it may take a millisecond longer. */
    private static final class BestGzip extends GZIPOutputStream {

        BestGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
