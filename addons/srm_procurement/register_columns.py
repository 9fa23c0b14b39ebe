"""Columns of a predecessor's register of arrears, and the headers they go by."""

from typing import Any, NamedTuple


class RegisterColumn(NamedTuple):
    """One column: field, kind of the import framework, headers (fr, en, ar), options.

    ``options`` are further arguments of ``ImportField``: required, minimum, maximum,
    choices.
    """

    name: str
    kind: str
    synonyms: tuple[str, ...]
    options: dict[str, Any]


COLUMNS = (
    RegisterColumn(
        "reference",
        "text",
        (
            "N° dossier",
            "Numéro de dossier",
            "Réf. dossier",
            "Dossier",
            "File number",
            "File reference",
            "رقم الملف",
        ),
        {"required": True},
    ),
    RegisterColumn(
        "creditor",
        "text",
        (
            "Créancier",
            "Fournisseur",
            "Entreprise",
            "Raison sociale",
            "Supplier",
            "Contractor",
            "الدائن",
            "المورد",
            "المقاولة",
        ),
        {"required": True},
    ),
    RegisterColumn(
        "ice",
        "ice",
        (
            "N° ICE",
            "Identifiant commun de l'entreprise",
            "Common company identifier",
            "التعريف الموحد للمقاولة",
        ),
        {"required": True},
    ),
    RegisterColumn(
        "tax_id",
        "text",
        (
            "IF",
            "Identifiant fiscal",
            "Tax ID",
            "التعريف الضريبي",
            "رقم التعريف الضريبي",
        ),
        {},
    ),
    RegisterColumn(
        "trade_register",
        "text",
        (
            "RC",
            "Registre de commerce",
            "Registre du commerce",
            "Trade register",
            "السجل التجاري",
        ),
        {},
    ),
    RegisterColumn(
        "rib",
        "rib",
        (
            "N° de compte",
            "Compte bancaire",
            "Relevé d'identité bancaire",
            "Bank account",
            "رقم الحساب البنكي",
            "التعريف البنكي",
        ),
        {},
    ),
    RegisterColumn(
        "contract_reference",
        "text",
        (
            "N° marché",
            "Marché",
            "N° de marché",
            "Bon de commande",
            "Contract number",
            "رقم الصفقة",
            "الصفقة",
        ),
        {},
    ),
    RegisterColumn(
        "description",
        "text",
        ("Objet", "Désignation", "Libellé", "Description", "الموضوع"),
        {},
    ),
    RegisterColumn(
        "predecessor",
        "predecessor",
        (
            "Origine",
            "Débiteur d'origine",
            "Prédécesseur",
            "Organisme",
            "Origin",
            "الأصل",
            "المدين الأصلي",
        ),
        {"required": True},
    ),
    RegisterColumn(
        "invoice_reference",
        "text",
        (
            "N° facture",
            "Facture",
            "Réf. facture",
            "N° décompte",
            "Invoice number",
            "رقم الفاتورة",
            "الفاتورة",
        ),
        {},
    ),
    RegisterColumn(
        "invoice_date",
        "date",
        ("Date facture", "Date de facture", "Date d'émission", "تاريخ الفاتورة"),
        {"required": True},
    ),
    RegisterColumn(
        "deposit_date",
        "date",
        ("Date dépôt", "Date de dépôt", "Date bureau d'ordre", "تاريخ الإيداع"),
        {},
    ),
    RegisterColumn(
        "service_date",
        "date",
        (
            "Date service fait",
            "Date du service fait",
            "Service fait",
            "Date constatation",
            "Service date",
            "تاريخ إنجاز الخدمة",
        ),
        {},
    ),
    RegisterColumn(
        "agreed_days",
        "integer",
        (
            "Délai convenu (j)",
            "Délai convenu",
            "Délai de paiement",
            "Agreed days",
            "Payment term",
            "أجل الأداء",
        ),
        {"minimum": 0, "maximum": 3650},
    ),
    RegisterColumn(
        "amount_claimed",
        "amount",
        (
            "Montant TTC",
            "Montant",
            "Montant de la créance",
            "Montant réclamé",
            "Amount",
            "Amount claimed",
            "المبلغ",
            "المبلغ مع احتساب الرسوم",
        ),
        {"required": True, "minimum": 0},
    ),
    RegisterColumn(
        "amount_paid_before",
        "amount",
        (
            "Déjà payé",
            "Montant payé",
            "Acomptes versés",
            "Already paid",
            "Paid",
            "المبلغ المؤدى",
            "المؤدى",
        ),
        {"minimum": 0},
    ),
    RegisterColumn(
        "amount_retention",
        "amount",
        ("Retenue de garantie", "RG", "Retenue", "Retention money", "اقتطاع الضمان"),
        {"minimum": 0},
    ),
    RegisterColumn(
        "amount_contested",
        "amount",
        (
            "Montant contesté",
            "Contesté",
            "Litige",
            "Disputed amount",
            "المبلغ المتنازع عليه",
        ),
        {"minimum": 0},
    ),
    RegisterColumn(
        "block_reason",
        "text",
        (
            "Motif de blocage",
            "Motif blocage",
            "Blocage",
            "Block reason",
            "سبب التوقيف",
            "سبب التعثر",
        ),
        {},
    ),
    RegisterColumn(
        "territory",
        "territory",
        ("Commune", "Ville", "Localité", "City", "الجماعة"),
        {},
    ),
    RegisterColumn(
        "nature",
        "choice",
        ("Nature", "Type", "Nature de la prestation", "النوع"),
        {
            "choices": {
                "works": ("Travaux", "Travail", "Works", "أشغال"),
                "supplies": ("Fournitures", "Fourniture", "Supplies", "توريدات"),
                "services": ("Services", "Service", "Prestations", "خدمات"),
                "studies": ("Études", "Étude", "Studies", "دراسات"),
            }
        },
    ),
    RegisterColumn(
        "firm_size",
        "choice",
        ("Taille", "Taille entreprise", "Firm size", "الحجم"),
        {
            "choices": {
                "micro": ("TPE", "Micro", "Très petite entreprise"),
                "small": ("PE", "Petite entreprise", "Small"),
                "medium": ("PME", "ME", "Moyenne entreprise", "Medium"),
                "large": ("GE", "Grande entreprise", "Large"),
            }
        },
    ),
)
