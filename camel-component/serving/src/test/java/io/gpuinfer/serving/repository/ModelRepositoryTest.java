package io.gpuinfer.serving.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRepositoryTest {

  private static final String EMBEDDING =
      """
      task: embedding
      files:
        model: net.onnx
        tokenizer: parts/tokenizer.json
      settings:
        pooling: mean
      limits:
        maxTokens: 256
      """;

  @TempDir Path root;

  @Test
  void shouldReadTaskFilesAndSettings() throws IOException {
    write("minilm/1/model.yaml", EMBEDDING);
    write("minilm/1/net.onnx", "weights");
    write("minilm/1/parts/tokenizer.json", "{}");

    ModelEntry entry = repository().find("minilm");

    assertThat(entry.version()).isEqualTo("1");
    assertThat(entry.task()).isEqualTo("embedding");
    assertThat(entry.settings().get("pooling").values()).containsExactly("mean");
    assertThat(entry.settings().get("limits.maxTokens").values()).containsExactly("256");
    assertThat(entry.settings().get("limits.maxTokens").origin())
        .contains("model.yaml")
        .endsWith("line 8");
    assertThat(content(entry.file("model"))).isEqualTo("weights");
    assertThat(content(entry.file("tokenizer"))).isEqualTo("{}");
    assertThatThrownBy(() -> entry.file("keys")).hasMessageContaining("[model, tokenizer]");
  }

  @Test
  void shouldServeTheHighestNumericVersionUnlessAnotherIsNamed() throws IOException {
    for (String version : new String[] {"9", "10", "1.12", "2024-01", "draft"}) {
      write("net/" + version + "/net.onnx", version);
    }

    assertThat(repository().find("net").version()).isEqualTo("10");
    assertThat(content(repository().find("net", "9").file("model"))).isEqualTo("9");
    assertThat(repository().find("net", "draft").version()).isEqualTo("draft");
    assertThatThrownBy(() -> repository().find("net", "11"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("11")
        .hasMessageContaining("2024-01, draft, 1.12, 9, 10");
  }

  @Test
  void shouldCompareVersionsNumberByNumber() throws IOException {
    write("net/1.9/net.onnx", "");
    write("net/1.10/net.onnx", "");

    assertThat(repository().find("net").version()).isEqualTo("1.10");
  }

  @Test
  void shouldServeASingleModelWithoutDescriptionAsTensors() throws IOException {
    write("net/1/anything.onnx", "weights");
    write("net/1/README.md", "");

    ModelEntry entry = repository().find("net");

    assertThat(entry.task()).isEqualTo("auto");
    assertThat(content(entry.file("model"))).isEqualTo("weights");
  }

  @Test
  void shouldAskForADescriptionWhenThereAreSeveralModels() throws IOException {
    write("net/1/a.onnx", "");
    write("net/1/b.onnx", "");

    assertThatThrownBy(() -> repository().find("net"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("[a.onnx, b.onnx]");
  }

  @Test
  void shouldListTheModelsThatAreThereWhenOneIsNot() throws IOException {
    write("net/1/a.onnx", "");
    write("other/1/a.onnx", "");
    write("empty/README.md", "");

    assertThat(repository().names()).containsExactly("net", "other");
    assertThatThrownBy(() -> repository().find("nat"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("'nat'")
        .hasMessageContaining(root.toString())
        .hasMessageContaining("[net, other]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", ".", "a..b", "a/b", "a\\b", "a b", "ä", "%2e", "a\u0000"})
  void shouldRefuseWhatIsNoName(String name) {
    assertThatThrownBy(() -> repository().find(name))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("no model name");
    assertThatThrownBy(() -> repository().find("net", name)).isInstanceOf(ModelLoadException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../secret.onnx", "/etc/hosts", "a/../../x", "..\\x"})
  void shouldRefuseFilesOutsideTheEntry(String path) throws IOException {
    write("secret.onnx", "");
    write("net/1/model.yaml", "files: {model: '" + path + "'}");

    assertThatThrownBy(() -> repository().find("net"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("leads out");
  }

  @Test
  void shouldRefuseALinkOutOfTheRepository(@TempDir Path elsewhere) throws IOException {
    Path secret = Files.writeString(elsewhere.resolve("secret.onnx"), "");
    write("net/1/model.yaml", "files: {model: link.onnx}");
    Files.createSymbolicLink(root.resolve("net/1/link.onnx"), secret);

    assertThatThrownBy(() -> repository().find("net"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("leads out");
  }

  @Test
  void shouldNameAFileThatIsMissing() throws IOException {
    write("net/1/model.yaml", "files: {model: net.onnx, keys: 'classpath:no/such.txt'}");

    assertThatThrownBy(() -> repository().find("net"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageMatching("(?s).*(net\\.onnx|no/such\\.txt).*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "just text",
        "[1, 2]",
        "files: {model: [a, b]}",
        "files: {model: a}\nsetings: {}",
        "files: {model: a}\nfiles: {model: b}",
        "files: {model: !!java.net.URL ['http://example.org']}",
        "files: &a {model: a}\nsettings: *a",
        "files: {model: a",
      })
  void shouldRefuseADescriptionThatIsNone(String yaml) throws IOException {
    write("net/1/model.yaml", yaml);

    assertThatThrownBy(() -> repository().find("net"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("net/1/model.yaml");
  }

  @Test
  void shouldNameTheLinesOfAllMistakes() throws IOException {
    write(
        "net/1/model.yaml",
        """
        # A model
        task: embedding
        files:
          model: a.onnx
        limits:
          maxTokens: many
        settings:
          poolng: mean
          normalize: 3
        """);

    assertThatThrownBy(() -> repository().find("net"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("model.yaml, line 6: limits.maxTokens: string found")
        .hasMessageContaining("model.yaml, line 8: settings: property 'poolng'")
        .hasMessageContaining("model.yaml, line 9: settings.normalize: integer found");
  }

  @Test
  void shouldFindFilesByTheNamesTheyCommonlyHave() throws IOException {
    write("net/1/model.yaml", "task: embedding");
    write("net/1/encoder.onnx", "weights");
    write("net/1/tokenizer.json", "{}");

    ModelEntry entry = repository().find("net");

    assertThat(entry.files()).containsOnlyKeys("model", "tokenizer");
    assertThat(content(entry.file("tokenizer"))).isEqualTo("{}");
  }

  @Test
  void shouldRefuseADescriptionThatIsTooLong() throws IOException {
    write("net/1/model.yaml", "files: {model: a}\n#" + "x".repeat(300_000));

    assertThatThrownBy(() -> repository().find("net")).hasMessageContaining("262144");
  }

  @Test
  void shouldFindModelsInAJarOfTheClassPath() throws IOException {
    Path jar = root.resolve("models.jar");
    jar(jar, "models/minilm/2/model.yaml", "files: {model: 'classpath:weights.onnx'}");
    URL[] urls = {jar.toUri().toURL()};
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(urls, before)) {
      thread.setContextClassLoader(loader);
      ModelRepository repository = ModelRepository.at("classpath:models");

      assertThat(repository.names()).containsExactly("minilm");
      assertThat(content(repository.find("minilm").file("model"))).isEqualTo("weights");
      assertThat(content(ModelRepository.single("m", "classpath:weights.onnx").file("model")))
          .isEqualTo("weights");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void shouldServeASingleFile() throws IOException {
    write("net.onnx", "weights");

    for (String uri :
        new String[] {
          root.resolve("net.onnx").toString(),
          root.resolve("net.onnx").toUri().toString(),
          "file:" + root.resolve("net.onnx")
        }) {
      ModelEntry entry = ModelRepository.single("net", uri);
      assertThat(content(entry.file("model"))).isEqualTo("weights");
      assertThat(entry.task()).isEqualTo("auto");
    }
    assertThatThrownBy(() -> ModelRepository.single("net", "file:no/such.onnx"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("no/such.onnx");
  }

  private ModelRepository repository() {
    return ModelRepository.at(root.toString());
  }

  private void write(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static void jar(Path jar, String path, String content) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        zip.putNextEntry(new ZipEntry(path.substring(0, slash + 1)));
      }
      zip.putNextEntry(new ZipEntry(path));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("weights.onnx"));
      zip.write("weights".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String content(ModelSource source) throws IOException {
    try (InputStream stream = source.opener().open()) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
