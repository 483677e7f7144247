package io.gpuinfer.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LabelFileTest {

  @Test
  void shouldReadALabelALine() {
    LabelFile labels = LabelFile.read(file("\uFEFFcat\r\ndog \nspaniel, Blenheim\n"));

    assertThat(labels.label(0)).isEqualTo("cat");
    assertThat(labels.label(1)).isEqualTo("dog");
    assertThat(labels.label(2)).isEqualTo("spaniel, Blenheim");
    labels.requireCount(3);
    assertThatThrownBy(() -> labels.requireCount(4))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("4 classes")
        .hasMessageContaining("3 lines");
  }

  @Test
  void shouldRefuseWhatIsLongerThanAnyLabelFile() {
    assertRefused(file("cat\n" + "x".repeat(1001)), "labels.txt:2", "1001");
    assertRefused(file("\n".repeat((1 << 18) + 1)), "more than 262144");
    // One that never ends must not fill the memory.
    assertRefused(new ModelSource("endless", EndlessStream::new), "8 MiB");
    assertRefused(
        new ModelSource(
            "gone",
            () -> {
              throw new IOException("no such file");
            }),
        "no such file");
  }

  private static void assertRefused(ModelSource file, String... message) {
    assertThatThrownBy(() -> LabelFile.read(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll(message);
  }

  private static ModelSource file(String content) {
    return ModelSource.of("labels.txt", content.getBytes(StandardCharsets.UTF_8));
  }

  private static final class EndlessStream extends InputStream {
    @Override
    public int read() {
      return 'a';
    }
  }
}
