package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.serving.device.DevicePolicy;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of {@code docs/operations.adoc}, run by a shell in the page's order against an
 * application of their own, print what the page shows.
 */
class OperationsPageTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final DocsPage PAGE = DocsPage.named("operations");
  private static final Pattern LISTING = Pattern.compile("(?ms)^----\n(.*?)^----$");
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^\\[#([a-z0-9-]+)]\n\\[source,console]\n----\n(.*?)^----$");

  /** A line that begins with a dollar sign, and those below it that are indented. */
  private static final Pattern COMMAND = Pattern.compile("(?m)^\\$ (.*(?:\n {4}.*)*)\n");

  private static final Pattern EXPORT = Pattern.compile("export (\\w+)=(\\S+)");
  private static final Pattern READY = Pattern.compile("Ready at port (\\d+)");
  private static final String DEVICE_OF_THE_PAGE =
      "pthread-skylake-avx512-Intel(R) Xeon(R) Processor";
  private static final int LONGEST_SECONDS = 600;

  @TempDir private static Path folder;

  private static String device;
  private static Map<String, String> exported;

  @BeforeAll
  static void lookAround() throws Exception {
    for (String tool : List.of("bash", "curl")) {
      assumeTrue(runs(tool), tool + ", which the page uses");
    }
    DeviceInfo first = DevicePolicy.installed().devices().get(0);
    assumeTrue(first.kind() == DeviceKind.OPENCL_CPU, "The page tells of a machine with PoCL");
    device = first.name();
    exported = new HashMap<>();
    Files.createSymbolicLink(folder.resolve("routes"), ROOT.resolve("routes"));
    Files.createSymbolicLink(folder.resolve("samples"), ROOT.resolve("samples"));
  }

  @AfterAll
  static void endTheApplication() throws IOException {
    Path pid = folder.resolve("target/app.pid");
    if (Files.exists(pid)) {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @TestFactory
  Stream<DynamicTest> shouldPrintWhatThePageShows() throws IOException {
    return BLOCK
        .matcher(PAGE.text())
        .results()
        .map(block -> dynamicTest(block.group(1), () -> run(block.group(2))));
  }

  @Test
  void shouldRunEveryBlockThatDoesNotSayOtherwise() throws IOException {
    String page = PAGE.text();
    List<Integer> run = BLOCK.matcher(page).results().map(MatchResult::end).toList();
    int before = 0;
    for (MatchResult listing : LISTING.matcher(page).results().toList()) {
      int after = page.indexOf("\n\n", page.indexOf("\n\n", listing.end()) + 1);
      assertThat(
              run.contains(listing.end())
                  || page.substring(before, listing.start()).contains("no test runs")
                  || page.substring(listing.end(), after).contains("No test"))
          .as(listing.group())
          .isTrue();
      before = listing.end();
    }
    assertThat(run).hasSizeGreaterThan(10);
  }

  private static void run(String block) throws Exception {
    List<MatchResult> commands = COMMAND.matcher(block).results().toList();
    for (int i = 0; i < commands.size(); i++) {
      int end = i + 1 < commands.size() ? commands.get(i + 1).start() : block.length();
      String shown = block.substring(commands.get(i).end(), end);
      String command = commands.get(i).group(1);
      EXPORT.matcher(command).results().forEach(set -> exported.put(set.group(1), set.group(2)));

      String printed = printed(command);

      assertThat(printed.strip()).as(command).matches(pattern(shown.strip()));
    }
  }

  private static Pattern pattern(String shown) {
    return Pattern.compile(
        Stream.of(shown.replace(DEVICE_OF_THE_PAGE, device).split("…", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  private static String printed(String command) throws Exception {
    Path output = folder.resolve("printed");
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-c", here(command))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = shell.environment();
    environment.putAll(exported);
    environment.put("CLASSPATH", classPath());
    environment.put(
        "PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + environment.get("PATH"));
    // Under it, PoCL's compiler gets the first signal of a crash, and the process lives on.
    environment.remove("LD_PRELOAD");
    Process process = shell.start();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("Still at it after %d s: %s".formatted(LONGEST_SECONDS, command));
    }
    return Files.readString(output);
  }

  /** A command for the application of this build, and the port that it got. */
  private static String here(String command) throws IOException {
    Path log = folder.resolve("target/app.log");
    String port =
        Files.exists(log)
            ? READY
                .matcher(Files.readString(log))
                .results()
                .map(ready -> ready.group(1))
                .findFirst()
                .orElse("0")
            : "0";
    return command
        .replace(
            "-jar samples/target/gpu-infer-samples.jar",
            "io.gpuinfer.samples.SampleApplication --server.port=0")
        .replace("http://127.0.0.1:8080", "http://127.0.0.1:" + port);
  }

  /** That of this test without its own classes, which no application has. */
  private static String classPath() {
    List<String> entries =
        new ArrayList<>(
            Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator)));
    entries.removeIf(entry -> entry.endsWith("test-classes"));
    return entries.stream()
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean runs(String tool) throws InterruptedException {
    try {
      return new ProcessBuilder(tool, "--version")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      return false;
    }
  }
}
