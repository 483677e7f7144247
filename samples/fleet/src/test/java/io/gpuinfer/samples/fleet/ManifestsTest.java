package io.gpuinfer.samples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.samples.fleet.worker.FleetWorker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The manifests for Kubernetes agree with the worker and with each other; no cluster has seen them.
 */
class ManifestsTest {

  private static final Path FOLDER = Path.of("kubernetes");

  @Test
  void theDeploymentStartsTheWorkerWithOptionsThatItHas() throws IOException {
    Map<String, Object> container =
        at(read("worker.yaml"), "spec", "template", "spec", "containers");

    List<String> command = at(container, "command");
    assertThat(command).contains(FleetWorker.class.getName());
    List<Map<String, Object>> variables = at(container, "env");
    assertThat(variables)
        .extracting(variable -> variable.get("name").toString())
        .allSatisfy(
            name ->
                assertThat(options()).containsKey(name.toLowerCase(Locale.ROOT).replace('_', '.')));
    assertThat(ManifestsTest.<String>at(container, "resources", "limits", "nvidia.com/gpu"))
        .isEqualTo("1");
  }

  @Test
  void theScalingIsOfThatDeploymentAndItsGroup() throws IOException {
    Map<String, Object> scaled = read("scaling.yaml");
    Map<String, Object> trigger = at(scaled, "spec", "triggers");

    assertThat(ManifestsTest.<String>at(scaled, "spec", "scaleTargetRef", "name"))
        .isEqualTo(ManifestsTest.<String>at(read("worker.yaml"), "metadata", "name"));
    assertThat(ManifestsTest.<String>at(trigger, "metadata", "topic"))
        .isEqualTo(options().getProperty("fleet.requests"));
    assertThat(ManifestsTest.<String>at(trigger, "metadata", "consumerGroup"))
        .isEqualTo(options().getProperty("fleet.group"));
  }

  private static Map<String, Object> read(String name) throws IOException {
    try (InputStream in = Files.newInputStream(FOLDER.resolve(name))) {
      return new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
    }
  }

  /**
   * What stands there; of a list on the way, or at its end where its elements are maps, the first.
   */
  @SuppressWarnings("unchecked")
  private static <T> T at(Object document, String... path) {
    Object value = document;
    for (String name : path) {
      value = ((Map<String, Object>) value).get(name);
      if (value instanceof List<?> list && list.size() == 1) {
        value = list.get(0);
      }
    }
    return (T) value;
  }

  private static Properties options() {
    Properties options = new Properties();
    try (InputStream in = ManifestsTest.class.getResourceAsStream("/application.properties")) {
      options.load(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return options;
  }
}
