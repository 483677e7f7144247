package io.gpuinfer.tasks.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.ModelRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/tasks/detection.adoc} shows is what {@code model.yaml} may say. */
class DetectionPageTest {

  private static final Pattern FILE = Pattern.compile("  (?:model|labels): (\\S+)");

  @TempDir private Path repository;

  @Test
  void shouldShowDescriptionsThatAreRight() throws IOException {
    List<String> descriptions =
        DocsPage.named("tasks/detection").blocks("yaml").stream()
            .filter(yaml -> yaml.startsWith("task: detection\n"))
            .toList();
    assertThat(descriptions).hasSize(5);

    for (int i = 0; i < descriptions.size(); i++) {
      Path folder = Files.createDirectories(repository.resolve("m" + i + "/1"));
      Files.writeString(folder.resolve("model.yaml"), descriptions.get(i));
      List<String> files =
          FILE.matcher(descriptions.get(i)).results().map(result -> result.group(1)).toList();
      for (String file : files) {
        Files.createFile(folder.resolve(file));
      }

      ModelEntry entry = ModelRepository.at(repository.toString()).find("m" + i);

      assertThat(entry.task()).isEqualTo("detection");
      assertThat(entry.files()).hasSameSizeAs(files);
    }
  }
}
