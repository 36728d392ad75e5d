package io.xywebsocket.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.xywebsocket.XyClock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The house's rules, on the built jars. */
class ArchitectureTests {

    private static JavaClasses project;

    @BeforeAll
    static void readTheJars() {
        project = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(
                        location -> location.matches(
                                Pattern.compile(
                                        ".*xy-websocket-(core|autoconfigure|test)-[^/]*(?<!-tests)\\.jar!.*|.*/xy-websocket-(core|autoconfigure|test)/target/classes/.*")))
                .importPackages("io.xywebsocket");
        assertThat(project).as("classes of the shipped jars").hasSizeGreaterThan(50);
    }

    @Test
    void coreKnowsNothingOfSpringOrOfContainers() {
        noClasses()
                .that(are(core()))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta..", "org.apache..", "io.xywebsocket.spring..")
                .check(project);
    }

    @Test
    void theArrowsOfCorePointDown() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.xywebsocket..")
                .layer("client")
                .definedBy("io.xywebsocket.client")
                .layer("engine")
                .definedBy("io.xywebsocket.engine")
                .layer("cluster")
                .definedBy("io.xywebsocket.cluster")
                .layer("concurrent")
                .definedBy("io.xywebsocket.concurrent")
                .layer("api")
                .definedBy("io.xywebsocket")
                .layer("protocol")
                .definedBy("io.xywebsocket.protocol")
                .layer("untrusted")
                .definedBy("io.xywebsocket.untrusted")
                .layer("transport")
                .definedBy("io.xywebsocket.transport")
                .layer("websocket")
                .definedBy("io.xywebsocket.websocket")
                .layer("spring")
                .definedBy("io.xywebsocket.spring..")
                .layer("kit")
                .definedBy("io.xywebsocket.test..")
                .whereLayer("kit")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("spring")
                .mayOnlyBeAccessedByLayers("kit")
                .whereLayer("client")
                .mayOnlyBeAccessedByLayers("spring", "kit")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("client", "spring", "kit")
                .whereLayer("cluster")
                .mayOnlyBeAccessedByLayers("engine", "spring", "kit")
                .whereLayer("concurrent")
                .mayOnlyBeAccessedByLayers("engine", "client", "cluster", "spring")
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("engine", "client", "cluster", "spring", "kit")
                .whereLayer("protocol")
                .mayOnlyBeAccessedByLayers("api", "engine", "cluster", "spring", "kit")
                .whereLayer("websocket")
                .mayOnlyBeAccessedByLayers("spring", "kit")
                .whereLayer("untrusted")
                .mayOnlyBeAccessedByLayers(
                        "api", "engine", "cluster", "concurrent", "transport", "websocket", "client", "spring", "kit")
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("api", "engine", "concurrent", "websocket", "client", "spring", "kit")
                // the one source of time
                .ignoreDependency(alwaysTrue(), JavaClass.Predicates.type(XyClock.class))
                .ignoreDependency(alwaysTrue(), JavaClass.Predicates.type(XyClock.Timer.class))
                .check(project);
    }

    /** What a reader has to know at once: the client's cycle is the largest, the engine's has seven. It may become smaller. */
    @Test
    void noMoreThanElevenClassesOfCoreFormACycle() {
        Map<String, Set<String>> uses = new TreeMap<>();
        project.stream().filter(core()).forEach(type -> {
            Set<String> used = uses.computeIfAbsent(outermost(type), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().forEach(use -> used.add(outermost(use.getTargetClass())));
        });
        Map<String, Set<String>> reached = new TreeMap<>();
        uses.keySet().forEach(type -> reached.put(type, reachedFrom(type, uses)));
        List<Set<String>> cycles = uses.keySet().stream()
                .map(type -> uses.keySet().stream()
                        .filter(other -> reached.get(type).contains(other)
                                && reached.get(other).contains(type))
                        .collect(Collectors.toCollection(TreeSet::new)))
                .map(cycle -> (Set<String>) cycle)
                .distinct()
                .toList();
        assertThat(cycles).isNotEmpty().allSatisfy(cycle -> assertThat(cycle).hasSizeLessThanOrEqualTo(11));
    }

    private static Set<String> reachedFrom(String type, Map<String, Set<String>> uses) {
        Set<String> reached = new TreeSet<>();
        Deque<String> left = new ArrayDeque<>(Set.of(type));
        while (!left.isEmpty()) {
            for (String used : uses.getOrDefault(left.pop(), Set.of())) {
                if (reached.add(used)) {
                    left.push(used);
                }
            }
        }
        return reached;
    }

    private static String outermost(JavaClass type) {
        return type.getName().replaceFirst("\\$.*", "");
    }

    @Test
    void nothingPointsBackAtTheAutoConfiguration() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.xywebsocket.spring.autoconfigure", "io.xywebsocket.test.spring")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.xywebsocket.spring.autoconfigure")
                .check(project);
    }

    @Test
    void theTestKitNeedsSpringInItsSpringSideOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.xywebsocket.test")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..", "org.junit..", "io.xywebsocket.spring..", "io.xywebsocket.test.spring")
                .check(project);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.xywebsocket.(spring.*)..")
                .should()
                .beFreeOfCycles()
                .check(project);
    }

    @Test
    void onlyProtocolAndJacksonsOwnersKnowJackson() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.xywebsocket.transport..",
                        "io.xywebsocket.spring.server..",
                        "io.xywebsocket.spring.handlers..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson..", "tools.jackson..")
                .check(project);
    }

    @Test
    void onlyTheSecuritySideNeedsSpringSecurity() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.xywebsocket.spring.security")
                .and()
                .haveNameNotMatching(
                        ".*\\.(SecurityErrorMapper|AuthenticationPrincipalArgument|XySecurityConfiguration.*)")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework.security..")
                .check(project);
    }

    @Test
    void namesSayWhatAThingIs() {
        classes()
                .should()
                .haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl)")
                .check(project);
    }

    @Test
    void constructorsStayShort() {
        List<String> tooLong = project.stream()
                .filter(type -> !type.isRecord())
                .flatMap(type -> type.getConstructors().stream())
                .filter(constructor -> constructor.getRawParameterTypes().size() > 6 + outerInstance(constructor))
                .map(JavaConstructor::getFullName)
                .toList();
        assertThat(tooLong).isEmpty();
    }

    @Test
    void noPackageStandsInTwoJars() {
        Map<String, Set<String>> jars = new TreeMap<>();
        for (JavaClass type : project) {
            jars.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>()).add(jar(type));
        }
        assertThat(jars.values())
                .allSatisfy(jarsOfAPackage -> assertThat(jarsOfAPackage).hasSize(1));
        assertThat(jars.values().stream().flatMap(Set::stream).distinct()).hasSize(3);
    }

    private static String jar(JavaClass type) {
        Matcher module = Pattern.compile("xy-websocket-(core|autoconfigure|test)\\b")
                .matcher(type.getSource().orElseThrow().getUri().toString());
        assertThat(module.find()).as(type.getName()).isTrue();
        return module.group(1);
    }

    private static int outerInstance(JavaConstructor constructor) {
        return constructor.getOwner().isInnerClass() ? 1 : 0;
    }

    private static DescribedPredicate<JavaClass> core() {
        return DescribedPredicate.describe("classes of core", type -> type.getSource()
                .map(source -> source.getUri().toString().contains("xy-websocket-core"))
                .orElse(false));
    }
}
