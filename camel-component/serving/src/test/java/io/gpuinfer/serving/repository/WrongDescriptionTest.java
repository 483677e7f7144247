package io.gpuinfer.serving.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.gpuinfer.engine.ModelLoadException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with a model.yaml, the message says in which line, and what was meant. */
class WrongDescriptionTest {

  @TempDir Path root;

  private String messageFor(String yaml) {
    return messageFor(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private String messageFor(byte[] yaml) {
    try {
      Path folder = Files.createDirectories(root.resolve("net/1"));
      Files.write(folder.resolve("model.yaml"), yaml);
      Files.writeString(folder.resolve("net.onnx"), "");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    ModelLoadException refused =
        catchThrowableOfType(
            ModelLoadException.class, () -> ModelRepository.at(root.toString()).find("net"));
    assertThat(refused).as("it was accepted").isNotNull();
    return refused.getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "poolng, pooling",
    "Pooling, pooling",
    "poolign, pooling",
    "normalise, normalize",
    "out_put, output"
  })
  void shouldNameTheKeyThatWasMeant(String written, String meant) {
    assertThat(messageFor("task: embedding\nsettings:\n  " + written + ": x\n"))
        .contains("model.yaml, line 3: settings: ")
        .contains("'" + written + "'")
        .endsWith("did you mean '" + meant + "'?");
  }

  @Test
  void shouldNameNoKeyWhereNoneIsLikeIt() {
    assertThat(messageFor("task: embedding\ncolour: blue\n"))
        .contains("line 2")
        .contains("'colour'")
        .doesNotContain("did you mean");
  }

  @Test
  void shouldNameTheSectionThatWasMeant() {
    assertThat(messageFor("task: embedding\n\nlimit:\n  maxTokens: 5\n"))
        .contains("line 3")
        .endsWith("did you mean 'limits'?");
  }

  @Test
  void shouldNameTheValueThatWasMeant() {
    assertThat(messageFor("# text\ntask: embeding\n"))
        .contains("model.yaml, line 2: task: ")
        .endsWith("did you mean 'embedding'?");
    assertThat(messageFor("task: embedding\nsettings:\n  pooling: maen\n"))
        .contains("line 3: settings.pooling: ")
        .endsWith("did you mean 'mean'?");
  }

  @Test
  void shouldSayWhichTypeAValueMustHave() {
    assertThat(messageFor("task: embedding\nsettings:\n  normalize: often\n"))
        .contains("line 3: settings.normalize: ")
        .contains("boolean");
    assertThat(messageFor("task: embedding\nlimits:\n  maxTokens: 1.5\n"))
        .contains("line 3: limits.maxTokens: ")
        .contains("integer");
    assertThat(messageFor("task: embedding\nlimits:\n  maxTokens: -5\n"))
        .contains("line 3: limits.maxTokens: ")
        .contains("minimum");
    assertThat(messageFor("task: embedding\nfiles: model.onnx\n"))
        .contains("line 2: files: ")
        .contains("object");
  }

  @Test
  void shouldSayThatTabsDoNotIndent() {
    assertThat(messageFor("task: embedding\nsettings:\n\tpooling: mean\n"))
        .contains("model.yaml, line 3: ")
        .contains("TAB");
  }

  @Test
  void shouldRefuseAKeyThatIsThereTwice() {
    assertThat(messageFor("task: embedding\nsettings:\n  output: a\n  output: b\n"))
        .contains("line 4: ")
        .contains("duplicate key output");
  }

  @Test
  void shouldNameTheLineWhereTheYamlBreaks() {
    assertThat(messageFor("task: embedding\nfiles: {model: a.onnx\nsettings:\n  output: a\n"))
        .contains("model.yaml, line 3: ");
    assertThat(messageFor("task: embedding\nsettings:\n    output: a\n  pooling: mean\n"))
        .contains("model.yaml, line 4: ");
  }

  /** Nine levels of nine references each would be 387 million texts. */
  @Test
  void shouldRefuseABillionLaughs() {
    StringBuilder bomb =
        new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
    }
    String yaml = bomb.toString();

    assertTimeout(
        Duration.ofSeconds(5), () -> assertThat(messageFor(yaml)).contains("model.yaml", "alias"));
  }

  @Test
  void shouldRefuseAListInAListInAList() {
    assertTimeout(
        Duration.ofSeconds(5),
        () -> assertThat(messageFor("a: " + "[".repeat(100_000))).contains("model.yaml", "epth"));
  }

  @Test
  void shouldNotReadAFileOf10MBToItsEnd() {
    byte[] long10 =
        ("task: embedding\n#" + "x".repeat(10_000_000)).getBytes(StandardCharsets.UTF_8);

    assertThat(messageFor(long10)).contains("model.yaml is longer than 262144 bytes");
  }

  @Test
  void shouldRefuseOtherEncodings() {
    String yaml = "task: embedding\n# für Texte\n";

    assertThat(messageFor(yaml.getBytes(StandardCharsets.ISO_8859_1)))
        .contains("model.yaml, line 2: it is not written in UTF-8");
    assertThat(messageFor(yaml.getBytes(StandardCharsets.UTF_16))).contains("line 1: it is not");
    assertThat(messageFor(new byte[] {0, 1, 2})).contains("model.yaml");
  }

  @Test
  void shouldFindTheNearestWord() {
    List<String> known = List.of("pooling", "prefix", "output");

    assertThat(Spelling.nearest("poling", known)).contains("pooling");
    assertThat(Spelling.nearest("perfix", known)).contains("prefix");
    assertThat(Spelling.nearest("x", known)).isEmpty();
    assertThat(Spelling.nearest("", known)).isEmpty();
    assertThat(Spelling.nearest("p".repeat(1_000_000), known)).isEmpty();
  }

  @Test
  void shouldReadAFolderOutsideARepository() throws IOException {
    Path folder = Files.createDirectories(root.resolve("my models/net one/2"));
    Files.writeString(folder.resolve("a.onnx"), "");
    Files.writeString(folder.resolve("labels.txt"), "");

    ModelEntry entry = ModelRepository.folder(folder);

    assertThat(entry.name()).isEqualTo("net one");
    assertThat(entry.version()).isEqualTo("2");
    assertThat(entry.files()).containsOnlyKeys("model", "labels");
    assertThat(ModelRepository.single("net", folder.resolve("a.onnx").toString()).files())
        .containsOnlyKeys("model", "labels");
    assertThatThrownBy(() -> ModelRepository.folder(root))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("no model in");
  }
}
