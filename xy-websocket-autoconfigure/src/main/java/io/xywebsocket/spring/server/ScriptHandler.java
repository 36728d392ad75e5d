package io.xywebsocket.spring.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.util.DigestUtils;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Serves the browser's client, an ES module. Not a static resource, so that it is found wherever the application has its own,
 * and none of the application's settings for those can take it away. Immutable.
 */
public final class ScriptHandler implements HttpRequestHandler {

    private static final String RESOURCE = "/io/xywebsocket/js/xy-websocket.js";

    private final byte[] script;
    private final String etag;

    private ScriptHandler(byte[] script) {
        this.script = script;
        this.etag = '"' + DigestUtils.md5DigestAsHex(script) + '"';
    }

    /** The mapping of the script on this path. */
    public static SimpleUrlHandlerMapping mapping(String path) {
        try (InputStream resource = ScriptHandler.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("There is no " + RESOURCE + " on the class path");
            }
            return new SimpleUrlHandlerMapping(Map.of(path, new ScriptHandler(resource.readAllBytes())), -1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean head = "HEAD".equals(request.getMethod());
        if (!head && !"GET".equals(request.getMethod())) {
            response.setHeader("Allow", "GET, HEAD");
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        response.setHeader("Cache-Control", "no-cache"); // kept, but asked for again: it changes with the starter
        if (new ServletWebRequest(request, response).checkNotModified(etag)) {
            return;
        }
        response.setContentType("text/javascript");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setContentLength(script.length);
        if (!head) {
            response.getOutputStream().write(script);
        }
    }
}
