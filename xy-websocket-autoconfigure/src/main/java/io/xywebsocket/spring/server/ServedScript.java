package io.xywebsocket.spring.server;

import io.xywebsocket.spring.XyScript;
import java.util.List;
import java.util.Map;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * The JavaScript client, minified, with its source and its types beside it. No static resources, so that they are found wherever the
 * application has its own, and none of the application's settings for those can take them away. Immutable.
 *
 * @since 0.1
 */
public final class ServedScript implements XyScript {

    private static final String JAVA_SCRIPT = "text/javascript";

    private final String path;
    private final ScriptHandler script = ScriptHandler.of("xy-websocket.min.js", JAVA_SCRIPT);

    /** @param path of the script, below the context path */
    public ServedScript(String path) {
        this.path = path;
    }

    /** The paths of all that is served if the script is served on this one; none if it is empty. */
    public static List<String> paths(String path) {
        return path.isEmpty() ? List.of() : List.of(path, source(path), types(path));
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String versionedPath() {
        return path + '?' + script.query();
    }

    /** Before the application's static resources. */
    public SimpleUrlHandlerMapping mapping() {
        return new SimpleUrlHandlerMapping(
                Map.of(
                        path,
                        script,
                        source(path),
                        ScriptHandler.of("xy-websocket.js", JAVA_SCRIPT),
                        types(path),
                        ScriptHandler.of("xy-websocket.d.ts", "text/plain")),
                -1);
    }

    private static String source(String path) {
        return withoutEnding(path) + ".src.js";
    }

    private static String types(String path) {
        return withoutEnding(path) + ".d.ts";
    }

    private static String withoutEnding(String path) {
        return path.replaceFirst("\\.js$", "");
    }
}
