package ai.pancreas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies between packages point one way: from the pipelines down to volumes. */
@AnalyzeClasses(packages = "ai.pancreas", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] FACADE = {
    "ai.pancreas.Segmenter",
    "ai.pancreas.Segmentation",
    "ai.pancreas.Classifier",
    "ai.pancreas.Classification",
    "ai.pancreas.CtReader"
  };

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("ai.pancreas.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule volumes_know_nobody =
      classes()
          .that()
          .resideInAPackage("ai.pancreas.volume..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "ai.pancreas.volume..");

  @ArchTest
  static final ArchRule readers_know_only_volumes =
      noClasses()
          .that()
          .resideInAnyPackage("ai.pancreas.dicom..", "ai.pancreas.nifti..", "ai.pancreas.nrrd..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.pancreas.engine..",
              "ai.pancreas.model..",
              "ai.pancreas.segment..",
              "ai.pancreas.classify..",
              "ai.pancreas.report..",
              "ai.pancreas.phantom..",
              "ai.pancreas.dataset..");

  @ArchTest
  static final ArchRule readers_do_not_know_each_other =
      slices().matching("ai.pancreas.(dicom|nifti|nrrd)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule only_training_and_evaluation_know_labelled_cases =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "ai.pancreas.dataset..",
              "ai.pancreas.evaluation..",
              "ai.pancreas.train..",
              "ai.pancreas.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.pancreas.dataset..");

  @ArchTest
  static final ArchRule regions_know_neither_networks_nor_how_cts_are_stored =
      noClasses()
          .that()
          .resideInAPackage("ai.pancreas.classify..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.pancreas.dicom..",
              "ai.pancreas.engine..",
              "ai.pancreas.segment..",
              "ai.pancreas.dataset..",
              "ai.pancreas.evaluation..",
              "ai.pancreas.report..",
              "ai.pancreas.phantom..");

  @ArchTest
  static final ArchRule kernels_know_no_pipeline =
      noClasses()
          .that()
          .resideInAPackage("ai.pancreas.kernel..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.pancreas.dicom..",
              "ai.pancreas.nifti..",
              "ai.pancreas.engine..",
              "ai.pancreas.model..",
              "ai.pancreas.segment..",
              "ai.pancreas.classify..");

  @ArchTest
  static final ArchRule only_kernels_and_engines_see_native_memory =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "ai.pancreas.kernel..", "ai.pancreas.engine..", "ai.pancreas.internal.nativelib..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "ai.pancreas.internal.nativelib..");

  @ArchTest
  static final ArchRule no_native_types_in_public_signatures =
      noMethods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage("ai.pancreas.internal.nativelib..")
          .should(TakeOrReturn.classesOf("org.bytedeco"));

  @ArchTest
  static final ArchRule the_core_knows_no_tensorflow =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.tensorflow..");

  @ArchTest
  static final ArchRule only_the_facade_stands_above_the_packages =
      noClasses()
          .that()
          .resideInAnyPackage("ai.pancreas.(*)..")
          .should()
          .dependOnClassesThat(isOneOf(FACADE));

  private static DescribedPredicate<JavaClass> isOneOf(String... names) {
    return DescribedPredicate.describe(
        "are the facade", type -> java.util.List.of(names).contains(type.getFullName()));
  }

  /** A condition on the raw types of a method's parameters and result. */
  private static final class TakeOrReturn
      extends com.tngtech.archunit.lang.ArchCondition<JavaMethod> {
    private final String prefix;

    private TakeOrReturn(String prefix) {
      super("take or return classes of " + prefix);
      this.prefix = prefix;
    }

    static TakeOrReturn classesOf(String prefix) {
      return new TakeOrReturn(prefix);
    }

    @Override
    public void check(JavaMethod method, com.tngtech.archunit.lang.ConditionEvents events) {
      boolean found =
          method.getRawReturnType().getName().startsWith(prefix)
              || method.getRawParameterTypes().stream()
                  .anyMatch(type -> type.getName().startsWith(prefix));
      events.add(
          new com.tngtech.archunit.lang.SimpleConditionEvent(method, found, method.getFullName()));
    }
  }
}
