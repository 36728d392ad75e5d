package io.xywebsocket.classpath;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** The tests' class path with some libraries missing. */
public final class SmallerClassPath {

    private SmallerClassPath() {}

    /**
     * Runs something as if these libraries were not there.
     *
     * @param missing in the file names of those that are left out
     * @param absent  a class of theirs: that it can't be found is checked
     * @param what    its class is loaded anew there
     * @return what it returns, of a type that both sides know
     */
    public static Object without(Pattern missing, String absent, Class<? extends Callable<?>> what) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        try (URLClassLoader loader = loader(missing)) {
            assertThatThrownBy(() -> loader.loadClass(absent)).isInstanceOf(ClassNotFoundException.class);
            thread.setContextClassLoader(loader);
            Callable<?> there = (Callable<?>)
                    loader.loadClass(what.getName()).getDeclaredConstructor().newInstance();
            return there.call();
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private static URLClassLoader loader(Pattern missing) throws MalformedURLException {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> urls = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator)) {
            Path file = Path.of(entry);
            if (!missing.matcher(file.getFileName().toString()).find()) {
                urls.add(file.toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
