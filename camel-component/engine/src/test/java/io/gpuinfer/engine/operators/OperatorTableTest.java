package io.gpuinfer.engine.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table of operators in the documentation is that of the code. */
class OperatorTableTest {

  private static final Path TABLE = Path.of("../../docs/operators.md");

  @Test
  void theDocumentedTableIsThatOfTheCode() throws IOException {
    String table = OperatorTable.of(OperatorTest.families());
    if (Boolean.getBoolean("gpu-infer.write-docs")) {
      Files.writeString(TABLE, table);
    }

    assertThat(TABLE)
        .as(
            "make it anew by: mvn test -pl camel-component/engine -Dtest=OperatorTableTest"
                + " -Dgpu-infer.write-docs=true")
        .hasContent(table);
  }
}
