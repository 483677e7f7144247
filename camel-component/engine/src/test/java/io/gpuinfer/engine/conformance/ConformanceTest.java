package io.gpuinfer.engine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.testing.TestData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The ONNX project's own cases, as Debian's {@code libonnx-testdata} carries them; {@code ./verify}
 * fetches it. Those that fail are listed with a reason in {@code conformance.txt}: one more or one
 * less fails the build.
 */
@EnabledIf("isThere")
class ConformanceTest {

  private static final Path DATA =
      TestData.path("libonnx-testdata/usr/share/libonnx-testdata/data");

  static boolean isThere() {
    return Files.isDirectory(DATA);
  }

  @ParameterizedTest
  @EnumSource
  void theListedCasesFailAndAllOthersPass(DeviceClass kernels) throws IOException {
    List<ConformanceCase> cases = ConformanceCase.inScope(DATA);
    Map<String, String> failures = new ConformanceRun(kernels).failures(cases);
    report(kernels, failures);
    Set<String> listed = listed().keySet();

    Map<String, String> unexpected = new TreeMap<>(failures);
    unexpected.keySet().removeAll(listed);
    Set<String> passing = new TreeSet<>(listed);
    passing.removeAll(failures.keySet());
    assertThat(unexpected).as("cases that fail and are not listed").isEmpty();
    assertThat(passing).as("cases that pass although they are listed").isEmpty();
    assertThat(cases).hasSizeGreaterThan(900);
    assertThat(failures.size()).isLessThanOrEqualTo(cases.size() * 3 / 100);
  }

  private static void report(DeviceClass kernels, Map<String, String> failures) throws IOException {
    List<String> lines =
        failures.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList();
    Files.write(Path.of("target", "conformance-" + kernels + ".txt"), lines);
  }

  /** Case and reason, a line each. */
  private static Map<String, String> listed() throws IOException {
    try (var stream = ConformanceTest.class.getResourceAsStream("conformance.txt")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toMap(line -> line.split(" ", 2)[0], line -> line.split(" ", 2)[1]));
    }
  }
}
